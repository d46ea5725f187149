// SPDX-License-Identifier: GPL-3.0-or-later
/// How the window's own widgets look.
#include "app/window/look.h"

#include <QApplication>
#include <QFile>
#include <QHeaderView>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QStyleFactory>
#include <QSvgRenderer>
#include <QTableWidget>

namespace kscope::app {

namespace {

views::ThemeKind systemTheme =
    views::ThemeKind::Light;  // Of the palette that the desktop gave at the start.
views::Contrast systemContrast = views::Contrast::Normal;
views::ThemeKind shownTheme = views::ThemeKind::Light;

QPixmap renderedIcon(const QString& name, const QSize& size, qreal ratio, views::Rgb ink) {
    const auto key = QStringLiteral("kscope-icon:%1:%2:%3:%4")
                         .arg(name)
                         .arg(size.width())
                         .arg(ratio)
                         .arg(ink, 0, 16);
    QPixmap image;
    if (QPixmapCache::find(key, &image)) return image;
    image = QPixmap(QSizeF(QSizeF(size) * ratio).toSize());
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::transparent);
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (file.open(QIODevice::ReadOnly)) {
        auto svg = file.readAll();
        svg.replace("currentColor", colourName(ink).toLatin1());
        QSvgRenderer renderer(svg);
        QPainter painter(&image);
        renderer.render(&painter, QRectF(QPointF(), QSizeF(size)));
    }
    QPixmapCache::insert(key, image);
    return image;
}

/// Renders the SVG with its stroke in the ink for the mode. Nothing is read before the first paint.
class ThemedIcon : public QIconEngine {
public:
    explicit ThemedIcon(QString name) : m_name(std::move(name)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode,
               QIcon::State state) override {
        painter->drawPixmap(
            rect, rendered(rect.size(), painter->device()->devicePixelRatioF(), mode, state));
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        return rendered(size, 1.0, mode, state);
    }
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state,
                         qreal scale) override {
        // Qt asks in device pixels here.
        auto image = rendered(QSizeF(QSizeF(size) / scale).toSize(), scale, mode, state);
        image.setDevicePixelRatio(scale);
        return image;
    }
    [[nodiscard]] QIconEngine* clone() const override { return new ThemedIcon(m_name); }

private:
    [[nodiscard]] QPixmap rendered(const QSize& size, qreal ratio, QIcon::Mode mode,
                                   QIcon::State state) const {
        const auto& tokens = currentTokens();
        auto ink = tokens.text2;
        if (mode == QIcon::Disabled) ink = views::mix(tokens.bgWindow, tokens.text3, 0.5);
        else if (mode == QIcon::Active || mode == QIcon::Selected || state == QIcon::On)
            ink = tokens.text1;
        return renderedIcon(m_name, size, ratio, ink);
    }
    QString m_name;
};

/// All colours of the window's own widgets, from the tokens. Kept short: rules cost time before the
/// first frame.
QString styleSheet(const views::Theme& t) {
    auto sheet = QStringLiteral(R"(
QMenuBar { background: @window; padding: 2px 4px; } QMenuBar::item { padding: 4px 9px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: @hover; }
QToolBar { background: @window; border: none; spacing: 2px; padding: 0px 8px; }
QToolBar#views { border-bottom: 1px solid @edge; padding: 0px; } QToolBar QLabel, QStatusBar QLabel, QMenuBar QLabel { color: @text2; }
QToolBar::separator { width: 1px; background: @edge; margin: 6px 7px 0px 7px; }
QToolBar QToolButton { border: none; border-radius: 4px; padding: 5px; min-width: 18px; min-height: 18px; }
QToolBar QToolButton:hover, QToolBar QToolButton:checked { background: @hover; } QToolBar QToolButton:pressed { background: @raised; }
QToolBar QToolButton:focus { border: @ringpx solid @accent; padding: 3px; }
QToolBar QToolButton#live { min-width: 0px; padding: 0px; border: none; }
QFrame#field { background: @canvas; border: 1px solid @edge; border-radius: 4px; } QFrame#field[focused="true"] { border: 1px solid @accent; }
QFrame#field[fault="true"] { border: 1px solid @error; } QFrame#field QLineEdit { background: transparent; border: none; color: @text1; }
QLabel#fault { background: @raised; color: @error; border: 1px solid @error; border-radius: 4px; padding: 5px 8px; }
QStatusBar { background: @window; color: @text2; border-top: 1px solid @edge; } QStatusBar::item { border: none; }
QFrame#card { background: @panel; border: 1px solid @edge; border-radius: 7px; }
QFrame#plain { background: @canvas; border: 1px solid @edge; border-radius: 7px; }
QFrame#hint { background: @fill; border: none; border-radius: 7px; } QFrame#hint QLabel { color: @fillink; }
QFrame#notice { background: @panel; border: none; border-bottom: 1px solid @edge; }
QFrame#overlay { background: @raised; border: 1px solid @strong; border-radius: 8px; } QFrame#overlay QListView { background: transparent; border: none; }
QPushButton { background: @raised; color: @text1; border: 1px solid @edge; border-radius: 4px; padding: 5px 12px; }
QPushButton:hover { background: @hover; } QPushButton:focus { border: @ringpx solid @accent; padding: 4px 11px; }
QPushButton:disabled { color: @text3; background: @window; }
QPushButton#main { background: @fill; color: @fillink; border: 1px solid @accent; }
QLineEdit { background: @canvas; color: @text1; border: 1px solid @field; border-radius: 4px; padding: 1px 4px; } QLineEdit:focus { border: 1px solid @accent; }
QLineEdit:disabled { color: @text3; background: @window; } QAbstractSpinBox QLineEdit, QComboBox QLineEdit, QFrame#overlay QLineEdit { background: transparent; border: none; padding: 0px; }
QTableWidget#plainTable { border: 1px solid @edge; outline: none; } QTableWidget#plainTable::item { border: none; padding: 0px 5px; } QTableWidget#plainTable::item:selected { background: @fill; color: @fillink; }
QTableWidget#plainTable QHeaderView::section { background: @window; color: @text3; border: none; border-bottom: 1px solid @edge; padding: 4px 8px; }
QListWidget#pages { border: 1px solid @edge; padding: 4px; outline: none; } QListWidget#pages::item { padding: 5px 8px; border-radius: 4px; }
QListWidget#pages::item:selected { background: @fill; color: @fillink; } QLabel#quiet { color: @text3; }
QToolTip { background: @raised; color: @text1; border: 1px solid @strong; padding: 4px; }
QMainWindow::separator { background: @edge; width: 1px; height: 1px; }
QDockWidget { color: @text1; } QWidget#dockTitle { background: @panel; }
QWidget#startPage, QScrollArea#startScroll { background: @canvas; border: none; }
)");
    const std::pair<const char*, views::Rgb> colours[] = {
        {"@window", t.bgWindow},
        {"@hover", t.bgHover},
        {"@edge", t.lineEdge},
        {"@raised", t.bgRaised},
        {"@accent", t.accent},
        {"@canvas", t.bgCanvas},
        {"@error", t.statusError},
        {"@text1", t.text1},
        {"@text2", t.text2},
        {"@text3", t.text3},
        {"@panel", t.bgPanel},
        {"@fillink", t.accentInk},
        {"@field", views::mix(t.lineEdge, t.lineStrong, 0.5)},
        {"@fill", t.accentFill},
        {"@strong", t.lineStrong}};
    sheet.replace(QLatin1String("@ringpx"), QStringLiteral("%1px").arg(t.ringPx));
    for (const auto& [token, colour] : colours)
        sheet.replace(QLatin1String(token), colourName(colour));
    return sheet;
}

}  // namespace

void prepareLook(QApplication& application) {
    readSystemLook(application.palette());
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    application.setFont(views::font(views::TextRole::Body));
}

void readSystemLook(const QPalette& palette) {
    const auto ground = palette.color(QPalette::Window), ink = palette.color(QPalette::WindowText);
    systemTheme = ground.lightness() < 128 ? views::ThemeKind::Dark : views::ThemeKind::Light;
    // Desktops have no common word for it: their high-contrast themes are pure black and white.
    const bool pure = (ground == QColor(Qt::black) && ink == QColor(Qt::white)) ||
                      (ground == QColor(Qt::white) && ink == QColor(Qt::black));
    systemContrast = pure ? views::Contrast::High : views::Contrast::Normal;
}

QPalette systemPalette(QApplication& application) {
    // A palette that was set hides the desktop's: without one it is seen.
    const auto set = application.palette();
    application.setPalette(QPalette());
    auto system = application.palette();
    application.setPalette(set);
    return system;
}

views::Contrast contrastOf(ContrastChoice choice) {
    return choice == ContrastChoice::High ? views::Contrast::High : systemContrast;
}

views::ThemeKind themeKind(ThemeChoice choice) {
    if (choice == ThemeChoice::System) return systemTheme;
    return choice == ThemeChoice::Dark ? views::ThemeKind::Dark : views::ThemeKind::Light;
}

void applyTheme(QApplication& application, views::ThemeKind kind) {
    shownTheme = kind;
    const auto& tokens = views::theme(kind);
    application.setPalette(tokens.palette());
    application.setStyleSheet(styleSheet(tokens));
}

views::ThemeKind currentTheme() { return shownTheme; }

const views::Theme& currentTokens() { return views::theme(shownTheme); }

QIcon icon(const QString& name) { return QIcon(new ThemedIcon(name)); }

IconMark::IconMark(QString name, Ink ink, QWidget* parent)
    : QWidget(parent),
      m_name(std::move(name)),
      m_ink(ink) {
    setFixedSize(16, 16);
    setAttribute(Qt::WA_TransparentForMouseEvents);
}

void IconMark::set(const QString& name, Ink ink) {
    m_name = name;
    m_ink = ink;
    update();
}

void IconMark::paintEvent(QPaintEvent*) {
    const auto& t = currentTokens();
    const views::Rgb inks[] = {t.text2, t.statusError, t.statusWarn, t.statusInfo, t.text2};
    QPainter painter(this);
    painter.drawPixmap(
        rect(), renderedIcon(m_name, size(), devicePixelRatioF(), inks[static_cast<int>(m_ink)]));
}

void plainTable(QTableWidget& table) {
    table.setObjectName(QStringLiteral("plainTable"));
    table.setShowGrid(false);
    table.setAlternatingRowColors(true);
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setSelectionMode(QAbstractItemView::SingleSelection);
    table.verticalHeader()->hide();
    table.verticalHeader()->setDefaultSectionSize(24);
    auto* head = table.horizontalHeader();
    head->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    head->setHighlightSections(false);
}

QString colourName(views::Rgb colour) {
    return QStringLiteral("#%1").arg(colour & 0xffffffu, 6, 16, QLatin1Char('0'));
}

QString keyCaps(const QString& keys) {
    const auto& tokens = currentTokens();
    const auto cap =
        QStringLiteral("<span style=\"background-color:%1; color:%2;\">&nbsp;%3&nbsp;</span>");
    QStringList caps;
    // "Ctrl++" ends in the key '+', which is no separator.
    auto rest = keys;
    QString last;
    if (rest.endsWith(QLatin1String("++"))) {
        last = QStringLiteral("+");
        rest.chop(2);
    } else if (rest == QLatin1String("+")) {
        last = rest;
        rest.clear();
    }
    auto parts = rest.split(QLatin1Char('+'), Qt::SkipEmptyParts);
    if (!last.isEmpty()) parts << last;
    for (const auto& part : parts)
        caps << cap.arg(colourName(tokens.bgHover), colourName(tokens.text2), part.toHtmlEscaped());
    return caps.join(QStringLiteral("&thinsp;"));
}

}  // namespace kscope::app
