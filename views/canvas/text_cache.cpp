// SPDX-License-Identifier: GPL-3.0-or-later
/// Measuring and rendering text once.
#include "views/canvas/text_cache.h"

#include <QFontMetricsF>
#include <QGuiApplication>
#include <QImage>
#include <QPainter>
#include <QScreen>

#include <cmath>

namespace kscope::views {
namespace {

constexpr int kDotsPerMetre = 3780;  // 96 dpi: a point is 4/3 px.
constexpr std::size_t kMostEntries = 20000;
constexpr std::string_view kDots = "…";

std::size_t index(TextRole role) { return static_cast<std::size_t>(role); }
QString decoded(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}
bool continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

struct TextCache::Face {
    QImage device;  // Only for its resolution.
    QFont font;
    QFontMetricsF metrics;
    Face(TextRole role, double ratio)
        : device(1, 1, QImage::Format_RGB32),
          font(at96(role, ratio)),
          metrics(measured()) {}
    static QFont at96(TextRole role, double ratio) {
        QFont result = views::font(role);
        const QScreen* screen = QGuiApplication::primaryScreen();
        const double dpi = screen ? screen->logicalDotsPerInchY() : 96;
        result.setPointSizeF(result.pointSizeF() * dpi / 96 * ratio);
        // What the role asks for (no ligatures in mono) stays.
        result.setStyleStrategy(QFont::StyleStrategy(
            result.styleStrategy() | QFont::PreferAntialias | QFont::NoSubpixelAntialias));
        result.setHintingPreference(QFont::PreferVerticalHinting);
        return result;
    }
    QFontMetricsF measured() {
        device.setDotsPerMeterX(kDotsPerMetre);
        device.setDotsPerMeterY(kDotsPerMetre);
        return {font, &device};
    }
};

TextCache::TextCache(double ratio) : m_ratio(ratio) {
    for (std::size_t role = 0; role < kRoles; ++role)
        m_faces[role] = std::make_unique<Face>(static_cast<TextRole>(role), ratio);
}
TextCache::~TextCache() = default;

TextCache::Entry& TextCache::entry(TextRole role, std::string_view text) {
    auto& map = m_entries[index(role)];
    auto found = map.find(text);
    if (found == map.end()) found = map.emplace(std::string(text), Entry{}).first;
    Entry& result = found->second;
    if (result.width < 0)
        result.width = static_cast<int>(
            std::ceil(m_faces[index(role)]->metrics.horizontalAdvance(decoded(text)) - 0.01));
    return result;
}

int TextCache::width(TextRole role, std::string_view text) { return entry(role, text).width; }

TextCut TextCache::whole(TextRole role, std::string_view text) {
    const int wide = width(role, text);
    return {text.size(), wide, wide};
}

/// Where the letters end. Few of a text's prefixes are ever asked for, and measuring one lays its
/// letters out: their widths are −1 until fit() asks.
void TextCache::measurePrefixes(TextRole, std::string_view text, Entry& entry) {
    // Nobody shows more letters than this of one text that does not fit.
    constexpr std::size_t kMostLetters = 160;
    for (std::size_t at = 1; at <= text.size() && entry.prefixes.size() < kMostLetters; ++at)
        if (at == text.size() || !continuation(text[at]))
            entry.prefixes.emplace_back(static_cast<std::uint32_t>(at), -1);
}

TextCut TextCache::fit(TextRole role, std::string_view text, int widthPx, int minLetters) {
    if (text.empty()) return {};
    Entry& known = entry(role, text);
    if (known.width <= widthPx) return {text.size(), known.width, known.width};
    if (known.prefixes.empty()) measurePrefixes(role, text, known);
    const int dots = width(role, kDots);
    // entry() of the dots may have moved nothing: unordered_map keeps its nodes.
    const QFontMetricsF& metrics = m_faces[index(role)]->metrics;
    const auto widthOf = [&](std::pair<std::uint32_t, int>& prefix) {
        if (prefix.second < 0) {
            const double wide = metrics.horizontalAdvance(decoded(text.substr(0, prefix.first)));
            prefix.second = static_cast<int>(std::ceil(wide - 0.01));
        }
        return prefix.second;
    };
    const auto after =
        std::partition_point(known.prefixes.begin(), known.prefixes.end(),
                             [&](auto& prefix) { return widthOf(prefix) + dots <= widthPx; });
    if (after - known.prefixes.begin() < minLetters) return {};
    const int shown = widthOf(*(after - 1));
    return {(after - 1)->first, shown, shown + dots};
}

int TextCache::lineHeight(TextRole role) const {
    const QFontMetricsF& metrics = m_faces[index(role)]->metrics;
    return static_cast<int>(std::ceil(metrics.ascent()) + std::ceil(metrics.descent()));
}
int TextCache::ascent(TextRole role) const {
    return static_cast<int>(std::ceil(m_faces[index(role)]->metrics.ascent()));
}
const QFont& TextCache::deviceFont(TextRole role) const { return m_faces[index(role)]->font; }

const TextMask& TextCache::mask(TextRole role, std::string_view text) {
    Entry& known = entry(role, text);
    if (known.rendered) return known.mask;
    known.rendered = true;
    TextMask& mask = known.mask;
    mask.left = 2;  // Letters such as j may begin before their origin.
    mask.width = known.width + 4;
    mask.ascent = ascent(role);
    mask.height = lineHeight(role);
    QImage image(mask.width, mask.height, QImage::Format_Alpha8);
    image.setDotsPerMeterX(kDotsPerMetre);
    image.setDotsPerMeterY(kDotsPerMetre);
    image.fill(0);
    QPainter painter(&image);
    painter.setFont(deviceFont(role));
    painter.setPen(Qt::black);
    painter.drawText(QPointF(mask.left, mask.ascent), decoded(text));
    painter.end();
    mask.cover.resize(static_cast<std::size_t>(mask.width) * static_cast<std::size_t>(mask.height));
    for (int y = 0; y < mask.height; ++y)
        std::copy_n(image.constScanLine(y), mask.width,
                    mask.cover.begin() + static_cast<std::ptrdiff_t>(y) * mask.width);
    return mask;
}

void TextCache::prune() {
    std::size_t kept = 0;
    for (const auto& map : m_entries) kept += map.size();
    if (kept < kMostEntries) return;
    for (auto& map : m_entries) map.clear();
}

}  // namespace kscope::views
