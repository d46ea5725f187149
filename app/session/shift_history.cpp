// SPDX-License-Identifier: GPL-3.0-or-later
/// Keeps shifts of sources, and how many steps of the view were made since.
#include "app/session/shift_history.h"

#include <algorithm>
#include <utility>

namespace kscope::app {

namespace {
constexpr qint64 kOneStepMs = 600;  // interaction.md, Undo: what joins with the step before

std::vector<std::string> pathsOf(const Session& session) {
    std::vector<std::string> paths;
    for (const auto& source : session.sources()) paths.push_back(source.path);
    return paths;
}
}  // namespace

ShiftHistory& ShiftHistory::of(Session& session) {
    if (auto* const known = session.findChild<ShiftHistory*>()) return *known;
    return *new ShiftHistory(session);
}

ShiftHistory::ShiftHistory(Session& session) : QObject(&session), m_session(session) {
    connect(&session.view(), &views::TraceView::undoChanged, this, &ShiftHistory::viewStepped);
    connect(&session, &Session::loadBegan, this, &ShiftHistory::forget);
}

/// Shifts are of the sources that were open: others begin anew.
void ShiftHistory::forget() {
    auto paths = pathsOf(m_session);
    if (paths == m_paths) return;
    m_paths = std::move(paths);
    m_done.clear();
    m_undone.clear();
}

std::vector<std::int64_t> ShiftHistory::offsets() const {
    std::vector<std::int64_t> all;
    for (const auto& source : m_session.sources()) all.push_back(source.offsetNs);
    return all;
}

void ShiftHistory::set(std::vector<std::int64_t> offsetsNs, const QString& name) {
    forget();
    auto before = offsets();
    offsetsNs.resize(before.size());
    if (offsetsNs == before) return;
    m_undone.clear();
    m_done.push_back({std::move(before), offsetsNs, name, 0});
    m_session.setShifts(offsetsNs);
}

QString ShiftHistory::shift(std::size_t source, std::int64_t ns) {
    const auto& trace = m_session.view().trace();
    const auto& sources = m_session.sources();
    if (!trace || trace->sources().size() != sources.size() || source >= sources.size())
        return tr("Not all of the traces could be read: shift them in Clock and Offsets");
    if (m_session.loading()) return tr("The traces are still being read");
    // Where each of them lies now: what was laid by its clock must not follow the one that moves.
    std::vector<std::int64_t> all;
    for (const auto& info : trace->sources()) all.push_back(info.offsetNs);
    if (__builtin_add_overflow(all[source], ns, &all[source]))
        return tr("A shift cannot be beyond 292 years");
    const auto path = QString::fromStdString(sources[source].path);
    set(std::move(all), tr("Shift %1").arg(path.section(QLatin1Char('/'), -1)));
    return {};
}

/// A step of the view was made, or joined with the one before.
void ShiftHistory::viewStepped() {
    if (m_stepping) return;
    m_undone.clear();
    if (m_done.empty()) return;
    auto& steps = m_done.back().steps;
    const bool joined = steps > 0 && m_lastStep.isValid() && m_lastStep.elapsed() < kOneStepMs;
    m_lastStep.restart();
    if (!joined) ++steps;
}

void ShiftHistory::undo() {
    auto& view = m_session.view();
    if (!m_done.empty() && (m_done.back().steps == 0 || view.undoName().isEmpty())) {
        auto step = std::move(m_done.back());
        m_done.pop_back();
        step.steps = 0;
        m_session.setShifts(step.before);
        m_undone.push_back(std::move(step));
        return;
    }
    m_stepping = true;
    view.undo();
    m_stepping = false;
    if (!m_done.empty()) --m_done.back().steps;
    else if (!m_undone.empty()) ++m_undone.back().steps;
}

void ShiftHistory::redo() {
    auto& view = m_session.view();
    if (!m_undone.empty() && (m_undone.back().steps == 0 || view.redoName().isEmpty())) {
        auto step = std::move(m_undone.back());
        m_undone.pop_back();
        step.steps = 0;
        m_session.setShifts(step.after);
        m_done.push_back(std::move(step));
        return;
    }
    m_stepping = true;
    view.redo();
    m_stepping = false;
    if (!m_undone.empty()) --m_undone.back().steps;
    else if (!m_done.empty()) ++m_done.back().steps;
}

QString ShiftHistory::undoName() const {
    const auto name = m_session.view().undoName();
    return !m_done.empty() && (m_done.back().steps == 0 || name.isEmpty()) ? m_done.back().name
                                                                           : name;
}

QString ShiftHistory::redoName() const {
    const auto name = m_session.view().redoName();
    return !m_undone.empty() && (m_undone.back().steps == 0 || name.isEmpty())
               ? m_undone.back().name
               : name;
}

}  // namespace kscope::app
