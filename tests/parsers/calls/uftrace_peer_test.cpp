// SPDX-License-Identifier: GPL-3.0-or-later
/// Ours against Debian's uftrace, run here: report, graph, dump and dump --chrome of the captures,
/// and of recordings made on the spot. Skipped, with a word, where uftrace is not installed.
#include "tests/parsers/calls/uftrace_peer.h"

namespace {

using namespace kscope;
using namespace kscope::peer;

class UftracePeer : public testing::Test {
protected:
    void SetUp() override {
        if (!support::installed("uftrace"))
            GTEST_SKIP() << "uftrace is not installed: nothing was held against it";
    }
    /// Directories of the data. Left out are those that formats.md section 5 or the facts say
    /// uftrace 0.13 reads wrongly: `without`, each with the reason beside it.
    static std::vector<fs::path> captures(const std::set<std::string>& without) {
        std::vector<fs::path> found;
        const auto data = support::sharedData();
        if (!data) return found;
        for (const char* const part : {"guest/uftrace", "host/uftrace", "guest/combined"})
            for (const auto& folder : fs::directory_iterator(*data / part))
                for (const auto& entry : fs::directory_iterator(folder.path()))
                    if (entry.path().extension() == ".data" &&
                        !without.contains(entry.path().filename().string()))
                        found.push_back(entry.path());
        return found;
    }
};

TEST_F(UftracePeer, EveryPathOfTheCapturesIsThatOfTheDump) {
    std::size_t paths = 0;
    for (const auto& directory : captures({})) {
        const auto own = ownPaths(openPeer(directory));
        EXPECT_EQ(own, dumpedPaths(directory)) << directory;
        paths += own.size();
    }
    if (support::sharedData()) {
        EXPECT_GT(paths, 300u);
    }
}

TEST_F(UftracePeer, ReportsAreTheSame) {
    for (const auto& directory : captures({
             "kernel.data", "kevents.data", "wfsync.data",  // kernel exits close user frames (5.6)
             "forkexec.data",    // execl of 56.519 s: the facts' report_differs
             "longjmp.data",     // abandoned frames are timed by whoever stood in their place (5.4)
             "killed.data",      // calls open at the end: 0.3 us more or less
             "threshold.data",   // default.opts hides what is shorter
             "lost.data",        // frames after a loss are closed by what comes
             "exceptions.data",  // the frames that an exception leaves are calls to uftrace
         }))
        compareReport(directory);
}

TEST_F(UftracePeer, GraphsAreTheSame) {
    for (const auto& directory :
         captures({"kernel.data", "kevents.data", "wfsync.data", "forkexec.data", "longjmp.data",
                   "killed.data", "threshold.data", "lost.data", "exceptions.data"}))
        compareGraph(directory);
}

TEST_F(UftracePeer, ChromeDumpsAreTheSame) {
    for (const auto& directory : captures({
             "kernel.data", "kevents.data", "wfsync.data",  // as above
             "longjmp.data",     // frames without an end: their callees stand below them in JSON
             "exceptions.data",  // the same
             "forkexec.data",    // the child's first exits have no begin in JSON
             "lost.data",        // JSON does not tell of losses
             "threshold.data",   // default.opts again
             "killed.data",      // open calls have no end
         }))
        compareChrome(directory);
}

/// Records a program that a compiler makes of `source`, and compares everything.
void recordAndCompare(const std::string& source, const std::string& options,
                      const std::string& arguments) {
    const support::TemporaryFolder folder;
    const auto file = folder.write("lab.c", source);
    const auto home = fs::path(file).parent_path();
    const auto program = (home / "lab").string();
    const auto said =
        support::outputOf("gcc -g -O0 -fno-inline -pg -pthread -o '" + program + "' '" + file +
                          "' 2>&1 && cd '" + home.string() + "' && uftrace record --no-event " +
                          options + " -d rec.data ./lab " + arguments + " 2>&1");
    const auto directory = home / "rec.data";
    if (!fs::exists(directory / "task.txt")) GTEST_SKIP() << "nothing was recorded: " << said;
    EXPECT_EQ(ownPaths(openPeer(directory)), dumpedPaths(directory)) << source;
    compareReport(directory);
    compareGraph(directory);
    compareChrome(directory);
}

TEST_F(UftracePeer, RecordedRecursionIsTheSame) {
    recordAndCompare("#include <stdio.h>\n"
                     "static int ack(int m, int n) {\n"
                     "    if (m == 0) return n + 1;\n"
                     "    return n == 0 ? ack(m - 1, 1) : ack(m - 1, ack(m, n - 1));\n"
                     "}\n"
                     "static int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }\n"
                     "int main(void) { return printf(\"%d %d\\n\", ack(2, 3), fib(9)) < 0; }\n",
                     "", "");
}

TEST_F(UftracePeer, RecordedArgumentsAreTheSame) {
    recordAndCompare("#include <stdio.h>\n"
                     "#include <stdlib.h>\n"
                     "#include <string.h>\n"
                     "enum colour { RED, GREEN = 5 };\n"
                     "static int add(int a, long b) { return a + (int)b; }\n"
                     "static double half(double of) { return of / 2; }\n"
                     "static enum colour paint(enum colour c, char letter) {\n"
                     "    return letter == 'x' ? RED : c;\n"
                     "}\n"
                     "static char *copy(const char *text) { return strdup(text); }\n"
                     "int main(void) {\n"
                     "    char *text = copy(\"eighteen bytes or so\");\n"
                     "    fprintf(stdout, \"%d %f %d %s\\n\", add(3, -4), half(5),\n"
                     "            paint(GREEN, 'y'), text);\n"
                     "    free(text);\n"
                     "    return 0;\n"
                     "}\n",
                     "-a", "");
}

}  // namespace
