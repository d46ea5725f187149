// SPDX-License-Identifier: GPL-3.0-or-later
/// What "go to" understands.
#include "app/window/go_to.h"

#include <optional>

namespace kscope::app {

namespace {

using Place = std::variant<model::Timestamp, model::EventIndex>;

/// Whole ns of "12.5 ms"; plain numbers are seconds. Nothing of it passes through a double.
std::optional<std::int64_t> nanoseconds(QString text) {
    struct Unit {
        const char* name;
        int digits;  // A unit has 10^digits ns.
    };
    constexpr Unit kUnits[] = {{"ns", 0}, {"us", 3}, {"µs", 3}, {"ms", 6}, {"s", 9}};
    int digits = 9;
    for (const auto& unit : kUnits) {
        const auto name = QString::fromUtf8(unit.name);
        if (!text.endsWith(name)) continue;
        digits = unit.digits;
        text.chop(name.size());
        break;
    }
    const auto parts = text.split(QLatin1Char('.'));
    if (parts.size() > 2 || (parts[0].isEmpty() && parts.size() < 2)) return std::nullopt;
    const auto fraction = parts.size() == 2 ? parts[1] : QString();
    auto number = parts[0] + fraction.left(digits).leftJustified(digits, QLatin1Char('0'));
    for (const auto letter : parts[0] + fraction) {
        if (letter < QLatin1Char('0') || letter > QLatin1Char('9')) return std::nullopt;
    }
    bool ok = false;
    const auto value = number.isEmpty() ? 0 : number.toLongLong(&ok);
    if (!ok || value > INT64_MAX / 4) return std::nullopt;
    return value;
}

model::Result<Place> rowPlace(const QString& digits, const model::Trace& trace) {
    bool ok = false;
    const auto row = digits.toULongLong(&ok);
    if (!ok) return model::failure("a row is a number: #318442");
    if (row >= trace.events())
        return model::failure("the last row is #" + std::to_string(trace.events() - 1));
    return Place{model::EventIndex{row}};
}

model::Result<Place> sharePlace(const QString& number, const model::Trace& trace) {
    bool ok = false;
    const auto percent = number.toDouble(&ok);
    if (!ok || !(percent >= 0.0 && percent <= 100.0))
        return model::failure("a share lies between 0% and 100%");
    const auto range = trace.range();
    // In parts of a millionth: no double holds the time.
    const auto millionths = static_cast<std::int64_t>(percent * 10'000.0);
    const auto length = range.length().count();
    return Place{range.begin + model::Duration{length / 1'000'000 * millionths +
                                               length % 1'000'000 * millionths / 1'000'000}};
}

}  // namespace

model::Result<Place> parsePlace(const QString& typed, const views::TraceView& view) {
    if (!view.trace() || view.trace()->events() == 0) return model::failure("no trace is open");
    const auto& trace = *view.trace();
    QString text;
    for (const auto letter : typed) {
        if (!letter.isSpace() && letter != QLatin1Char('_'))
            text += letter == QChar(0x2212) ? QLatin1Char('-') : letter;
    }
    if (text.startsWith(QLatin1Char('#'))) return rowPlace(text.mid(1), trace);
    if (text.endsWith(QLatin1Char('%'))) return sharePlace(text.chopped(1), trace);
    const bool forward = text.startsWith(QLatin1Char('+'));
    const bool back = text.startsWith(QLatin1Char('-'));
    const auto ns = nanoseconds(forward || back ? text.mid(1) : text);
    if (!ns) return model::failure("a time was expected: 4811.2301, +26ms, -3us, 50% or #318442");
    const auto window = view.window();
    const auto middle = window.begin + window.length() / 2;
    if (forward) return Place{middle + model::Duration{*ns}};
    if (back) return Place{middle - model::Duration{*ns}};
    const auto range = trace.range();
    auto time = model::timestampNs(*ns);
    // A plain time is read as the axis shows it; one that only fits the other way is meant that
    // way.
    const auto sinceStart = range.begin + model::Duration{*ns};
    const auto inside = [&](model::Timestamp at) { return at >= range.begin && at <= range.end; };
    if (view.state().timeFormat == views::TimeFormat::SinceStart && inside(sinceStart))
        time = sinceStart;
    else if (!inside(time) && inside(sinceStart)) time = sinceStart;
    if (!inside(time)) return model::failure("that time lies outside of the trace");
    return Place{time};
}

}  // namespace kscope::app
