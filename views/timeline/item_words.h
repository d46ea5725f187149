// SPDX-License-Identifier: GPL-3.0-or-later
/// An item in words: its tooltip and its accessible description.
#pragma once

#include "views/timeline/scene.h"

#include <QString>
#include <QStringList>

#include <optional>
#include <utility>
#include <vector>

namespace kscope::views {

struct ItemWords {
    QString title;
    QString time;
    QStringList lines;                               ///< Plain text, at most three.
    std::vector<std::pair<QString, QString>> keys;   ///< Key and what it does here, at most three.
    std::vector<std::pair<QString, QString>> facts;  ///< Name and value: in the details alone.
    QString raw;   ///< The event's fields as the source has them; empty unless asked for.
    Rgb chip = 0;  ///< Of the task; 0: none.
    [[nodiscard]] QString sentence() const;  ///< All of it as one text.
    [[nodiscard]] ItemTold told() const;     ///< For the details of what is no item of the trace.
};
/// From memory only: no source is read. `args`: argument text of the item's event where it has been
/// read, else empty.
[[nodiscard]] ItemWords itemWords(const TimelineScene& scene, const Item& item,
                                  const QString& args = {});

/// What folds at a device pixel of the plot, "214 slices of 9 tasks"; none where a slice, a single
/// column or nothing is there.
[[nodiscard]] std::optional<ItemWords> blockWords(const TimelineScene& scene, int x, int y);

}  // namespace kscope::views
