// SPDX-License-Identifier: GPL-3.0-or-later
/// What the colours of frames and calls stand for, as swatches in a row.
#pragma once

#include "views/theme/theme.h"

#include <QString>
#include <QWidget>

#include <utility>
#include <vector>

namespace kscope::views {

class ColourLegend : public QWidget {
    Q_OBJECT
public:
    using Entry = std::pair<QString, Rgb>;
    explicit ColourLegend(QWidget* parent = nullptr);
    void setEntries(std::vector<Entry> entries);
    [[nodiscard]] const std::vector<Entry>& entries() const { return m_entries; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {0, 16}; }

protected:
    void paintEvent(QPaintEvent* event) override;  ///< As many as there is room for.

private:
    [[nodiscard]] int entryWidth(const Entry& entry) const;
    std::vector<Entry> m_entries;
};

}  // namespace kscope::views
