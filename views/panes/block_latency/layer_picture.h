// SPDX-License-Identifier: GPL-3.0-or-later
/// The block layer as a picture: the places that a transfer passes on its way down and back.
#pragma once

#include "model/words/block_words.h"
#include "views/theme/theme.h"

#include <QWidget>

#include <optional>

namespace kscope::views {

/// Colour of an interval wherever it is drawn.
[[nodiscard]] Rgb intervalColour(const Theme& theme, model::BlockInterval interval);
/// Title, meaning and what to look at, as rich text for a tooltip.
[[nodiscard]] QString wordsAsRichText(const model::BlockWords& words);

class LayerPicture : public QWidget {
    Q_OBJECT
public:
    explicit LayerPicture(QWidget* parent = nullptr);
    void setThemeKind(ThemeKind kind);
    /// Lights the places of an interval.
    void setLit(model::BlockInterval interval);
    [[nodiscard]] model::BlockInterval lit() const { return m_lit; }
    /// Where a place is drawn, logical pixels of the widget.
    [[nodiscard]] QRect placeOf(model::BlockLayer layer) const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {220, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] std::optional<model::BlockLayer> layerAt(const QPoint& place) const;
    ThemeKind m_kind = ThemeKind::Dark;
    model::BlockInterval m_lit = model::BlockInterval::Q2C;
};

}  // namespace kscope::views
