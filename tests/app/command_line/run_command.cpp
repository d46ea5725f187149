// SPDX-License-Identifier: GPL-3.0-or-later
/// Commands with their output kept, and the trace that they are asked about.
#include "tests/app/command_line/run_command.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace kscope::tests {

Ran run(const std::vector<std::string>& args) {
    char* out = nullptr;
    char* err = nullptr;
    std::size_t outSize = 0;
    std::size_t errSize = 0;
    const app::CommandStreams streams{open_memstream(&out, &outSize),
                                      open_memstream(&err, &errSize)};
    Ran ran;
    ran.invocation = app::runCommandLine(args, streams);
    ran.status = ran.invocation.exitStatus;
    std::fclose(streams.out);
    std::fclose(streams.err);
    ran.out.assign(out, outSize);
    ran.err.assign(err, errSize);
    std::free(out);
    std::free(err);
    return ran;
}

std::string traceLine(std::string_view comm, int pid, int cpu, int us, std::string_view rest) {
    std::string line(16 - comm.size(), ' ');
    line.append(comm).append("-").append(std::to_string(pid));
    line.resize(25, ' ');
    auto fraction = std::to_string(us);
    fraction.insert(0, 6 - fraction.size(), '0');
    return line + "[00" + std::to_string(cpu) + "] d..2.   100." + fraction + ": " +
           std::string(rest) + "\n";
}

std::string knownTrace() {
    const auto change = [](std::string_view prev, int prevPid, char state, std::string_view next,
                           int nextPid) {
        return "sched_switch: prev_comm=" + std::string(prev) +
               " prev_pid=" + std::to_string(prevPid) + " prev_prio=120 prev_state=" + state +
               " ==> next_comm=" + std::string(next) + " next_pid=" + std::to_string(nextPid) +
               " next_prio=120";
    };
    return "# tracer: nop\n#\n# entries-in-buffer/entries-written: 10/10   #P:2\n#\n" +
           traceLine("<idle>", 0, 0, 0, change("swapper/0", 0, 'R', "alpha", 11)) +
           traceLine("<idle>", 0, 1, 100, change("swapper/1", 0, 'R', "beta", 22)) +
           traceLine("alpha", 11, 0, 200, "irq_handler_entry: irq=9 name=acpi") +
           traceLine("alpha", 11, 0, 230, "irq_handler_exit: irq=9 ret=handled") +
           traceLine("alpha", 11, 0, 500, change("alpha", 11, 'S', "swapper/0", 0)) +
           traceLine("beta", 22, 1, 600,
                     "sched_waking: comm=alpha pid=11 prio=120 target_cpu=000") +
           traceLine("<idle>", 0, 0, 650, change("swapper/0", 0, 'R', "alpha", 11)) +
           traceLine("beta", 22, 1, 700, "tracing_mark_write: say \"a, b\"") +
           traceLine("beta", 22, 1, 900, change("beta", 22, 'D', "swapper/1", 0)) +
           traceLine("alpha", 11, 0, 1000, change("alpha", 11, 'S', "swapper/0", 0));
}

std::vector<std::vector<std::string>> readCsv(std::string_view text) {
    std::vector<std::vector<std::string>> rows;
    bool quoted = false;
    bool fresh = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (fresh) rows.push_back({""}), fresh = false;
        const char c = text[i];
        auto& field = rows.back().back();
        if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') field += text[++i];
        else if (c == '"') quoted = !quoted;
        else if (c == ',' && !quoted) rows.back().emplace_back();
        else if (c == '\n' && !quoted) fresh = true;
        else field += c;
    }
    EXPECT_FALSE(quoted);
    for (const auto& row : rows) EXPECT_EQ(row.size(), rows.front().size());
    return rows;
}

std::vector<std::string> linesOf(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

void expectOneLine(const Ran& ran, int status, std::string_view words) {
    EXPECT_EQ(ran.status, status) << ran.err;
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(linesOf(ran.err).size(), 1U) << ran.err;
    EXPECT_TRUE(ran.err.starts_with("kernelscope: ")) << ran.err;
    EXPECT_NE(ran.err.find(words), std::string::npos) << ran.err;
    EXPECT_FALSE(ran.invocation.window);
}

}  // namespace kscope::tests
