// SPDX-License-Identifier: GPL-3.0-or-later
/// Programs compiled and recorded here with Debian's uftrace: forks, exec, longjmp, exceptions,
/// libraries. Skipped, with a word, where uftrace or the compiler is not installed.
#include "tests/parsers/calls/replay_texts.h"
#include "tests/parsers/calls/tree_paths.h"
#include "tests/parsers/calls/uftrace_peer.h"

#include <fstream>
#include <optional>

namespace {

using namespace kscope;
using namespace kscope::peer;

/// A program in a folder of its own, and its recording.
class RecordedProgram : public testing::Test {
protected:
    void SetUp() override {
        for (const char* const tool : {"uftrace", "gcc", "g++"})
            if (!support::installed(tool))
                GTEST_SKIP() << tool << " is not installed: nothing was recorded";
    }
    /// The shell's `compile` makes ./lab of `source`. Nothing: it could not be recorded.
    std::optional<fs::path> record(const std::string& name, const std::string& source,
                                   const std::string& compile, const std::string& options = "") {
        const fs::path file = m_folder.write(name, source);
        const auto home = file.parent_path();
        const auto said = support::outputOf("cd '" + home.string() + "' && " + compile +
                                            " 2>&1 && uftrace record --no-event " + options +
                                            " -d rec.data ./lab 2>&1");
        auto directory = home / "rec.data";
        if (fs::exists(directory / "task.txt")) return directory;
        m_said = said;
        return std::nullopt;
    }
    void write(const std::string& name, const std::string& text) { m_folder.write(name, text); }

    support::TemporaryFolder m_folder;
    std::string m_said;
};

constexpr const char* kC = "gcc -g -O0 -fno-inline -pg -o lab lab.c";
constexpr const char* kCpp = "g++ -g -O0 -fno-inline -pg -o lab lab.cpp";

/// Every line of `uftrace replay`, task by task.
void compareReplay(const fs::path& directory) {
    std::istringstream text(uftrace("replay", directory));
    const auto printed = printedLines(text);
    ASSERT_FALSE(printed.empty()) << directory;
    EXPECT_EQ(ownLines(directory), printed) << directory;
}

/// `uftrace report --avg-total`: of all calls of a function, also those inside of one of its own:
/// average × calls is more than its total.
void compareAverages(const fs::path& directory) {
    const auto opened = openPeer(directory);
    model::ThreadPool pool(2);
    std::map<std::string, model::FunctionRow> own;
    for (const auto& row : model::functionReport(*opened.forest, {}, pool).rows)
        own[std::string(opened.trace->text(row.function.name()))] = row;
    std::istringstream lines(uftrace("report --avg-total", directory));
    const std::regex row(
        R"(\s*([\d.]+)\s+(us|ms|s)\s+([\d.]+)\s+(us|ms|s)\s+([\d.]+)\s+(us|ms|s)\s+(\S.*))");
    std::size_t compared = 0;
    for (std::string line; std::getline(lines, line);) {
        std::smatch found;
        if (!std::regex_match(line, found, row) || found[7].str().starts_with("linux:")) continue;
        ASSERT_TRUE(own.contains(found[7])) << line;
        const auto& mine = own[found[7]];
        const std::int64_t ours[] = {mine.avg(), mine.min, mine.max};
        for (std::size_t i = 0; i < 3; ++i) {
            const auto time = peerTime(found[2 * i + 1], found[2 * i + 2]);
            EXPECT_LT(std::abs(ours[i] - time.ns), time.digit) << line;
        }
        ++compared;
    }
    EXPECT_EQ(compared, own.size()) << directory;
}

void compareAll(const fs::path& directory, const std::set<std::string>& stubs = {}) {
    compareAverages(directory);
    EXPECT_EQ(ownPaths(openPeer(directory)), dumpedPaths(directory));
    compareReport(directory, stubs);
    compareGraph(directory);
    compareReplay(directory);
    compareChrome(directory);
}

const std::string kForkSource = "#include <sys/wait.h>\n"
                                "#include <unistd.h>\n"
                                "static int leaf(int i) { return i * 3; }\n"
                                "static int work(int i) { return leaf(i) + leaf(i + 1); }\n"
                                "static int spawn(int i) {\n"
                                "    int state = 0;\n"
                                "    pid_t child = fork();\n"
                                "    if (child == 0) _exit(work(i) & 1);\n"
                                "    waitpid(child, &state, 0);\n"
                                "    return state;\n"
                                "}\n"
                                "int main(void) { return spawn(1) + spawn(2) < 0; }\n";

/// By path of the tree: what it weighs.
std::map<std::string, std::int64_t> treeTotals(const PeerTrace& opened) {
    std::map<std::string, std::int64_t> totals;
    tests::eachPath(*opened.forest,
                    [&](const std::string& path, const auto& node) { totals[path] = node.total; });
    return totals;
}

TEST_F(RecordedProgram, ForkedChildrenCallWithinTheirParentsFrames) {
    const auto directory = record("lab.c", kForkSource, kC);
    if (!directory) GTEST_SKIP() << "nothing was recorded: " << m_said;
    const auto records = dumpedPaths(*directory);
    EXPECT_EQ(ownPaths(openPeer(*directory)), records);
    auto totals = treeTotals(openPeer(*directory));
    // The children's records begin below frames that their parent entered. In the tree they lie
    // below those, whose weight is their own time and that of the children: two processes were in
    // `spawn` at once. `uftrace graph` 0.13 gives `spawn` the parent's time alone, so that what
    // is below it is more than it; and it counts the first child only.
    ASSERT_EQ(records.at("work").calls, 2u);
    const auto children = records.at("work").total;
    EXPECT_EQ(totals.at("main;spawn;work"), children);
    EXPECT_EQ(totals.at("main;spawn;work;leaf"), records.at("work;leaf").total);
    EXPECT_EQ(totals.at("main;spawn"), records.at("main;spawn").total + children);
    EXPECT_EQ(totals.at("main"), records.at("main").total + children);
    EXPECT_EQ(totals.at("main;spawn;waitpid"), records.at("main;spawn;waitpid").total);
    EXPECT_EQ(totals.count("work") + totals.count("spawn") + totals.count("leaf"), 0u);
}

/// The same of the capture, where uftrace says 45 ms of main and ours 53.
TEST(ForkedCapture, WeighsTheTimeOfAllProcesses) {
    const auto data = support::sharedData();
    if (!data) GTEST_SKIP() << "the folder of captures is not there: set KSCOPE_SHARED";
    const auto totals = treeTotals(openPeer(*data / "guest/uftrace/forkexec/forkexec.data"));
    // Of the records: main of 269 from 56.482342910 to 56.527379240; child_work of 271 and 272 and
    // execl of 272 lie in the frames main and spawn of their own processes.
    constexpr std::int64_t kMain = 527'379'240 - 482'342'910;
    constexpr std::int64_t kWork = (501'709'820 - 495'864'900) + (519'073'250 - 519'047'910);
    constexpr std::int64_t kExec = 521'180'830 - 519'121'860;
    EXPECT_EQ(totals.at("main"), kMain + kWork + kExec);
    EXPECT_EQ(totals.at("main;spawn;child_work"), kWork);
    EXPECT_EQ(totals.at("main;spawn;execl"), kExec);
    constexpr std::int64_t kSpawn = (506'920'960 - 484'595'840) + (527'346'910 - 506'944'520);
    EXPECT_EQ(totals.at("main;spawn"), kSpawn + kWork + kExec);
}

TEST_F(RecordedProgram, ExecBeginsAProgramOfItsOwn) {
    const auto directory = record("lab.c",
                                  "#include <sys/wait.h>\n"
                                  "#include <unistd.h>\n"
                                  "static int leaf(int i) { return i * 3; }\n"
                                  "static int after(int i) { return leaf(i) + leaf(i + 1); }\n"
                                  "static int run(const char *self) {\n"
                                  "    pid_t child = fork();\n"
                                  "    if (child == 0) {\n"
                                  "        leaf(7);\n"
                                  "        execl(self, self, \"again\", (char *)0);\n"
                                  "        _exit(1);\n"
                                  "    }\n"
                                  "    waitpid(child, 0, 0);\n"
                                  "    return 0;\n"
                                  "}\n"
                                  "int main(int argc, char **argv) {\n"
                                  "    if (argc > 1) return after(argc) < 0;\n"
                                  "    return run(argv[0]);\n"
                                  "}\n",
                                  kC);
    if (!directory) GTEST_SKIP() << "nothing was recorded: " << m_said;
    const auto records = dumpedPaths(*directory);
    EXPECT_EQ(ownPaths(openPeer(*directory)), records);
    EXPECT_EQ(records.at("main").calls, 2u);
    const auto totals = treeTotals(openPeer(*directory));
    EXPECT_EQ(totals.at("main;after"), records.at("main;after").total);
    EXPECT_EQ(totals.at("main;run;leaf"), records.at("leaf").total);
}

TEST_F(RecordedProgram, LongjmpLeavesWhatWasCalled) {
    const auto directory = record("lab.c",
                                  "#include <setjmp.h>\n"
                                  "static jmp_buf back;\n"
                                  "static int leaf(int i) { return i * 3; }\n"
                                  "static int deep(int i) {\n"
                                  "    if (i == 0) longjmp(back, 5);\n"
                                  "    return deep(i - 1) + leaf(i);\n"
                                  "}\n"
                                  "static int tryit(int i) {\n"
                                  "    if (setjmp(back) != 0) return leaf(i);\n"
                                  "    return deep(i);\n"
                                  "}\n"
                                  "int main(void) {\n"
                                  "    int sum = 0;\n"
                                  "    for (int i = 1; i < 4; ++i) sum += tryit(i);\n"
                                  "    return sum < 0;\n"
                                  "}\n",
                                  kC);
    if (!directory) GTEST_SKIP() << "nothing was recorded: " << m_said;
    // `uftrace graph` hangs each further tryit below the deep that was left (5.4: it never closes
    // abandoned frames); the records say main > tryit three times.
    const auto records = dumpedPaths(*directory);
    EXPECT_EQ(ownPaths(openPeer(*directory)), records);
    EXPECT_EQ(records.at("main;tryit").calls, 3u);
    EXPECT_EQ(records.at("main;tryit;leaf").calls, 3u);
    EXPECT_EQ(records.count("main;tryit;deep"), 0u);
}

TEST_F(RecordedProgram, ExceptionsAreTheSame) {
    const auto directory = record("lab.cpp",
                                  "#include <stdexcept>\n"
                                  "namespace lab {\n"
                                  "struct Guard {\n"
                                  "    int *of;\n"
                                  "    explicit Guard(int *given) : of(given) {}\n"
                                  "    ~Guard() { ++*of; }\n"
                                  "};\n"
                                  "int leaf(int i) { return i * 3; }\n"
                                  "int deep(int i, int *count) {\n"
                                  "    Guard guard(count);\n"
                                  "    if (i == 0) throw std::runtime_error(\"deep\");\n"
                                  "    return deep(i - 1, count) + leaf(i);\n"
                                  "}\n"
                                  "template <class T> int tryit(T i, int *count) {\n"
                                  "    try {\n"
                                  "        return deep(i, count);\n"
                                  "    } catch (const std::runtime_error &) {\n"
                                  "        return leaf(i);\n"
                                  "    }\n"
                                  "}\n"
                                  "}\n"
                                  "int main() {\n"
                                  "    int count = 0, sum = 0;\n"
                                  "    for (int i = 1; i < 4; ++i) sum += lab::tryit(i, &count);\n"
                                  "    return sum < 0 || count < 0;\n"
                                  "}\n",
                                  kCpp);
    if (!directory) GTEST_SKIP() << "nothing was recorded: " << m_said;
    const auto records = dumpedPaths(*directory);
    EXPECT_EQ(ownPaths(openPeer(*directory)), records);
    EXPECT_EQ(records.at("main;lab::tryit").calls, 3u);
    compareReport(*directory);
    compareGraph(*directory);
    compareReplay(*directory);
}

TEST_F(RecordedProgram, LibrariesLinkedAndOpenedAreTheSame) {
    write("plug.c", "static int inner(int i) { return i * 5; }\n"
                    "int plugged(int i) { return inner(i) + inner(i + 1); }\n");
    write("near.c", "int near_leaf(int i) { return i * 7; }\n"
                    "int near_by(int i) { return near_leaf(i) + 1; }\n");
    const auto directory =
        record("lab.c",
               "#include <dlfcn.h>\n"
               "int near_by(int i);\n"
               "static int leaf(int i) { return i * 3; }\n"
               "static int use(const char *path) {\n"
               "    void *plug = dlopen(path, RTLD_NOW);\n"
               "    if (!plug) return -1;\n"
               "    int (*plugged)(int) = (int (*)(int))dlsym(plug, \"plugged\");\n"
               "    return plugged(3) + plugged(4);\n"
               "}\n"
               "int main(void) { return near_by(leaf(2)) + use(\"./libplug.so\") < 0; }\n",
               "gcc -g -O0 -pg -shared -fPIC -o libplug.so plug.c && "
               "gcc -g -O0 -pg -shared -fPIC -o libnear.so near.c && "
               "gcc -g -O0 -pg -o lab lab.c -L. -lnear -Wl,-rpath,'$ORIGIN' -ldl",
               "--nest-libcall");
    if (!directory) GTEST_SKIP() << "nothing was recorded: " << m_said;
    compareAll(*directory, {"near_by", "near_leaf"});
    const auto records = dumpedPaths(*directory);
    EXPECT_EQ(records.at("main;use;plugged").calls, 2u);
    const auto opened = openPeer(*directory);
    model::ThreadPool pool(2);
    for (const auto& row : model::functionReport(*opened.forest, {}, pool).rows)
        if (opened.trace->text(row.function.name()) == "near_by") {
            EXPECT_EQ(row.total, records.at("main;near_by").total);
        }
}

TEST_F(RecordedProgram, LibrariesOpenedOneAfterTheOtherKeepTheirNames) {
    // Made alike, the second lies where the first was.
    write("one.c", "static int one_inner(int i) { return i * 5; }\n"
                   "int one(int i) { return one_inner(i) + 1; }\n");
    write("two.c", "static int two_inner(int i) { return i * 7; }\n"
                   "int two(int i) { return two_inner(i) + 2; }\n");
    const auto directory = record("lab.c",
                                  "#include <dlfcn.h>\n"
                                  "static int use(const char *path, const char *name) {\n"
                                  "    void *plug = dlopen(path, RTLD_NOW);\n"
                                  "    if (!plug) return -1;\n"
                                  "    int sum = ((int (*)(int))dlsym(plug, name))(3);\n"
                                  "    dlclose(plug);\n"
                                  "    return sum;\n"
                                  "}\n"
                                  "int main(void) {\n"
                                  "    int sum = use(\"./libone.so\", \"one\");\n"
                                  "    sum += use(\"./libtwo.so\", \"two\");\n"
                                  "    return sum + use(\"./libone.so\", \"one\") < 0;\n"
                                  "}\n",
                                  "gcc -g -O0 -pg -shared -fPIC -o libone.so one.c && "
                                  "gcc -g -O0 -pg -shared -fPIC -o libtwo.so two.c && "
                                  "gcc -g -O0 -pg -o lab lab.c -ldl");
    if (!directory) GTEST_SKIP() << "nothing was recorded: " << m_said;
    const auto paths = ownPaths(openPeer(*directory));
    ASSERT_TRUE(paths.contains("main;use;one;one_inner"));
    ASSERT_TRUE(paths.contains("main;use;two;two_inner"));
    EXPECT_EQ(paths.at("main;use;one;one_inner").calls, 2u);
    EXPECT_EQ(paths.at("main;use;two;two_inner").calls, 1u);
}

TEST_F(RecordedProgram, ThreadsAndRecursionReplayLineByLine) {
    const auto directory =
        record("lab.c",
               "#include <pthread.h>\n"
               "static int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }\n"
               "static void *work(void *of) {\n"
               "    *(int *)of = fib(6);\n"
               "    return of;\n"
               "}\n"
               "int main(void) {\n"
               "    pthread_t all[3];\n"
               "    int sums[3];\n"
               "    for (int i = 0; i < 3; ++i) pthread_create(&all[i], 0, work, &sums[i]);\n"
               "    for (int i = 0; i < 3; ++i) pthread_join(all[i], 0);\n"
               "    return 0;\n"
               "}\n",
               std::string(kC) + " -pthread", "-a");
    if (!directory) GTEST_SKIP() << "nothing was recorded: " << m_said;
    compareAll(*directory);
}

}  // namespace
