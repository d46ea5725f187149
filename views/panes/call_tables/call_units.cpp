// SPDX-License-Identifier: GPL-3.0-or-later
/// Numbers of call tables.
#include "views/panes/call_tables/call_units.h"

#include "model/core/format.h"

namespace kscope::views {

CallUnit CallUnit::of(std::int64_t mostNs) {
    if (mostNs < 10'000) return {"ns", 1, 0};
    if (mostNs < 100'000'000) return {"\u00b5s", 1'000, 3};
    if (mostNs < 100'000'000'000) return {"ms", 1'000'000, 3};
    return {"s", 1'000'000'000, 3};
}

CallUnit CallUnit::ofCalls(std::int64_t mostNs) {
    return mostNs >= 10'000 && mostNs < 100'000'000'000 ? CallUnit{"\u00b5s", 1'000, 3}
                                                        : of(mostNs);
}

QString CallUnit::text(std::int64_t value) const {
    const bool below = value < 0;
    const auto size =
        below ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    const auto unit = static_cast<std::uint64_t>(ns);
    auto whole = size / unit;
    auto part = size % unit;
    std::uint64_t step = unit;  // of the last decimal
    for (int i = 0; i < decimals; ++i) step /= 10;
    part = (part + step / 2) / step;
    if (decimals > 0 && part * step >= unit) part = 0, ++whole;
    QString text = QString::fromStdString(model::formatCount(whole));
    if (decimals > 0)
        text += QLatin1Char('.') + QStringLiteral("%1").arg(part, decimals, 10, QLatin1Char('0'));
    return below ? QChar(0x2212) + text : text;
}

QString CallUnit::title(const QString& word) const {
    return word + QStringLiteral(", ") + QString::fromUtf8(name);
}

}  // namespace kscope::views
