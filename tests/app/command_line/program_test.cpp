// SPDX-License-Identifier: GPL-3.0-or-later
/// The program as a shell starts it: standard input, pipes, signals, a full disk, no display.
#include "tests/app/command_line/run_command.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

namespace kscope::tests {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class Program : public testing::Test {
protected:
    /// `$P` in `words` is the program; stdout and stderr are kept.
    Ran shell(const std::string& words) {
        const auto out = m_folder.file("out");
        const auto err = m_folder.file("err");
        ::setenv("P", KSCOPE_PROGRAM, 1);
        ::setenv("T", m_trace.c_str(), 1);
        const auto line = "unset DISPLAY WAYLAND_DISPLAY QT_QPA_PLATFORM; { " + words + "; } >" +
                          out + " 2>" + err;
        const int status = std::system(line.c_str());
        return {.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                .out = read(out),
                .err = read(err),
                .invocation = {}};
    }
    static std::string read(const std::string& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    support::TemporaryFolder m_folder;
    std::string m_trace = m_folder.write("t.txt", knownTrace());
};

TEST_F(Program, ReadsStandardInputHoweverItComes) {
    for (const auto* const words :
         {"cat \"$T\" | \"$P\" info --format json -", "\"$P\" info --format json - < \"$T\"",
          "gzip -c \"$T\" | \"$P\" info --format json -",
          "(sleep 0.3; cat \"$T\") | \"$P\" info --format json -"}) {
        const auto ran = shell(words);
        EXPECT_EQ(ran.status, 0) << words << ran.err;
        const auto all = json::parse(ran.out);
        EXPECT_EQ(all["events"], 10) << words;
        EXPECT_EQ(all["sources"][0]["path"], "-");
    }
    EXPECT_EQ(shell("cat \"$T\" | \"$P\" dump - \"$T\" | wc -l").out, "20\n");
    expectOneLine(shell("\"$P\" info - < /dev/null"), 1, "empty");
    expectOneLine(shell("\"$P\" info - <&-"), 1, "standard input");
}

TEST_F(Program, OutputThatCannotBeWrittenIsStatus1) {
    const auto full = shell("\"$P\" dump \"$T\" > /dev/full");
    EXPECT_EQ(full.status, 1);
    EXPECT_EQ(linesOf(full.err).size(), 1U) << full.err;
    EXPECT_EQ(shell("\"$P\" report sched \"$T\" > /dev/full").status, 1);
}

TEST_F(Program, NeedsNoDisplayExceptForTheWindow) {
    EXPECT_EQ(shell("\"$P\" export -o \"$T.png\" \"$T\"").status, 0);
    EXPECT_TRUE(read(m_trace + ".png").starts_with("\x89PNG"));
    expectOneLine(shell("\"$P\" \"$T\""), 1, "no display");
}

/// `info --format json` on a fifo that nobody closes, interrupted.
class Interrupted : public Program {
protected:
    void SetUp() override {
        ASSERT_EQ(::mkfifo(m_fifo.c_str(), 0600), 0);
        m_held = ::open(m_fifo.c_str(), O_RDWR);
        ASSERT_GE(m_held, 0);
    }
    void TearDown() override { ::close(m_held); }
    /// Begins with `text` in the pipe; SIGINT follows some time after all of it was taken.
    Ran interrupt(const std::string& text) {
        EXPECT_EQ(::write(m_held, text.data(), text.size()), static_cast<ssize_t>(text.size()));
        const auto out = m_folder.file("o");
        const auto err = m_folder.file("e");
        const pid_t child = ::fork();
        if (child == 0) {
            if (::freopen(out.c_str(), "w", stdout) == nullptr) ::_exit(126);
            if (::freopen(err.c_str(), "w", stderr) == nullptr) ::_exit(126);
            ::execl(KSCOPE_PROGRAM, "kernelscope", "info", "--format", "json", m_fifo.c_str(),
                    nullptr);
            ::_exit(127);
        }
        const auto giveUp = std::chrono::steady_clock::now() + 20s;
        int waiting = 1;
        while (waiting > 0 && std::chrono::steady_clock::now() < giveUp) {
            std::this_thread::sleep_for(20ms);
            EXPECT_EQ(::ioctl(m_held, FIONREAD, &waiting), 0);
        }
        std::this_thread::sleep_for(700ms);
        ::kill(child, SIGINT);
        int status = 0;
        EXPECT_EQ(::waitpid(child, &status, 0), child);
        return {.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                .out = read(out),
                .err = read(err),
                .invocation = {}};
    }
    std::string m_fifo = m_folder.file("fifo");
    int m_held = -1;
};

TEST_F(Interrupted, AStreamEndsAndWhatCameIsShown) {
    const auto ran = interrupt(knownTrace());
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(linesOf(ran.err).size(), 1U);
    EXPECT_NE(ran.err.find("Ctrl-C"), std::string::npos) << ran.err;
    const auto all = json::parse(ran.out);
    EXPECT_EQ(all["events"], 10);
    EXPECT_EQ(all["diagnostics"][0]["kind"], "partial_load");
}

TEST_F(Interrupted, BeforeAnythingCameThatIsSaid) {
    expectOneLine(interrupt(""), 1, "before anything was read");
}

}  // namespace
}  // namespace kscope::tests
