// SPDX-License-Identifier: GPL-3.0-or-later
/// What the fuzz target and the replay of its corpus do with bytes of a blktrace file.
#pragma once

#include "model/derive/block_requests.h"
#include "parsers/block/blktrace_import.h"

#include <cstdlib>
#include <string>
#include <string_view>

namespace kscope::fuzz {

/// Reads the bytes as one file; checks what must hold whatever they are.
inline void readBlktrace(std::string_view input) {
    static model::ThreadPool pool(1);
    const parsers::ImportOptions options;
    parsers::BlktraceImport records(parsers::BlktraceSet::ofBytes(std::string(input)), pool,
                                    options);
    model::TraceBuilder builder;
    model::SourceInfo info;
    info.text = records.text();
    records.run(builder, builder.addSource(info));
    const auto trace = builder.finish();
    if (trace->events() > records.records()) std::abort();
    for (std::uint64_t i = 0; i < trace->events(); ++i) {
        const auto event = trace->event(model::EventIndex{i});
        if (event.position >= input.size()) std::abort();
        if (!info.text->eventText(event.position)) std::abort();
    }
    (void)model::blockRequests(*trace);
}

}  // namespace kscope::fuzz
