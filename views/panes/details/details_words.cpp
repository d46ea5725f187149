// SPDX-License-Identifier: GPL-3.0-or-later
/// Small words that the details are made of.
#include "views/panes/details/details_words.h"

#include "views/panes/pane_look.h"

namespace kscope::views {

QString stateText(model::TaskState state) {
    switch (state) {
    case model::TaskState::Unknown: return Details::tr("Unknown");
    case model::TaskState::Running: return Details::tr("Running");
    case model::TaskState::Woken: return Details::tr("Runnable");
    case model::TaskState::Preempted: return Details::tr("Preempted");
    case model::TaskState::Yielded: return Details::tr("Runnable, gave way");
    case model::TaskState::Sleeping: return Details::tr("Sleeping");
    case model::TaskState::Uninterruptible: return Details::tr("Uninterruptible");
    case model::TaskState::Stopped: return Details::tr("Stopped");
    case model::TaskState::Traced: return Details::tr("Traced");
    case model::TaskState::IdleSleep: return Details::tr("Idle, waiting for work");
    case model::TaskState::Parked: return Details::tr("Parked");
    case model::TaskState::Dead: return Details::tr("Dead");
    case model::TaskState::OtherSleep: return Details::tr("Sleeping, other");
    }
    return {};
}

QString irqName(const model::Trace& trace, std::uint32_t number) {
    const auto name = trace.irqName(number);
    const auto text = QString::number(number);
    return name == model::kNoString ? text : text + QLatin1Char(' ') + shown(trace.text(name));
}

QString softirqName(std::uint32_t vector) {
    return vector < model::kSoftirqNames.size() ? shown(model::kSoftirqNames[vector])
                                                : QString::number(vector);
}

}  // namespace kscope::views
