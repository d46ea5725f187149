// SPDX-License-Identifier: GPL-3.0-or-later
/// Opening sources: how each kind of bad input ends, and that every way of reading gives the same
/// rows.
#include "parsers/importers.h"
#include "tests/support/shared_data.h"
#include "tests/support/trace_generator.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <stop_token>
#include <thread>

namespace {

using namespace kscope;
using model::DiagnosticKind;
using support::TemporaryFolder;
using SteadyClock = std::chrono::steady_clock;

struct Opened {
    model::TracePtr trace;  // Null: failed.
    std::string error;
    [[nodiscard]] std::uint64_t events() const { return trace ? trace->events() : 0; }
    [[nodiscard]] std::uint64_t count(DiagnosticKind kind) const {
        return trace ? trace->diagnostics().count(kind) : 0;
    }
};

Opened open(const std::string& path, parsers::ImportOptions options = {}, std::size_t threads = 2) {
    model::ThreadPool pool(threads);
    model::TraceBuilder builder;
    const auto source = parsers::importSource(path, builder, pool, options);
    if (!source) return {.trace = nullptr, .error = source.error().message};
    return {.trace = builder.finish(), .error = {}};
}

void expectOneLine(const Opened& opened, std::string_view what) {
    EXPECT_EQ(opened.trace, nullptr);
    EXPECT_NE(opened.error.find(what), std::string::npos) << opened.error;
    EXPECT_EQ(opened.error.find('\n'), std::string::npos);
}

std::string line(std::uint64_t microseconds,
                 std::string_view rest = "softirq_raise: vec=1 [action=TIMER]") {
    auto sub = std::to_string(microseconds % 1'000'000);
    sub.insert(0, 6 - sub.size(), '0');
    return "            bash-29531   [001] d.h1.   " +
           std::to_string(100 + microseconds / 1'000'000) + "." + sub + ": " + std::string(rest) +
           "\n";
}
std::string lines(std::size_t count) {
    std::string text = "# tracer: nop\n#\n";
    for (std::size_t i = 0; i < count; ++i) text += line(i);
    return text;
}

/// What two readings of the same text must agree in.
void expectSameRows(const model::Trace& left, const model::Trace& right) {
    ASSERT_EQ(left.events(), right.events());
    for (std::uint64_t i = 0; i < left.events(); i += 97) {
        const auto a = left.event(model::EventIndex{i});
        const auto b = right.event(model::EventIndex{i});
        ASSERT_EQ(a.time, b.time) << i;
        ASSERT_EQ(a.position, b.position) << i;
        ASSERT_EQ(left.text(a.name), right.text(b.name)) << i;
        ASSERT_EQ(left.text(a.comm), right.text(b.comm)) << i;
        ASSERT_EQ(left.task(a.task).tid, right.task(b.task).tid) << i;
    }
}

std::string gzipped(const std::string& text) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    std::string in = text;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}
std::string zstded(const std::string& text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1));
    return out;
}

TEST(BadInput, FileThatIsNotThere) { expectOneLine(open("/no/such/trace.txt"), "no such file"); }

TEST(BadInput, EmptyFile) {
    const TemporaryFolder folder;
    expectOneLine(open(folder.write("empty", "")), "is empty");
}

TEST(BadInput, BinaryFile) {
    const TemporaryFolder folder;
    std::string bytes;
    for (int i = 0; i < 100'000; ++i) bytes += static_cast<char>(i * 7919 >> 3);
    expectOneLine(open(folder.write("noise", bytes)), "binary data");
    expectOneLine(open(folder.write("zeros", std::string(4096, '\0'))), "NUL");
    expectOneLine(open("/proc/self/exe"), "ELF");
}

TEST(BadInput, DirectoryOfSomethingElse) {
    const TemporaryFolder folder;
    folder.write("letter.txt", "dear all");
    expectOneLine(open(folder.file("")), "directory");
}

TEST(BadInput, FileWithoutReadPermission) {
    const TemporaryFolder folder;
    const auto path = folder.write("secret.txt", lines(10));
    ::chmod(path.c_str(), 0);
    const bool root = ::geteuid() == 0;
    if (root) {
        ASSERT_EQ(::seteuid(65534), 0);
    }
    const auto opened = open(path);
    if (root) {
        ASSERT_EQ(::seteuid(0), 0);
    }
    expectOneLine(opened, "no permission");
}

TEST(BadInput, PathWithANewlineStaysOneLine) { expectOneLine(open("/no/such\nfile"), "?file"); }

TEST(BadInput, UnknownAndUnreadKinds) {
    const TemporaryFolder folder;
    const auto path = folder.write("t.txt", lines(3));
    parsers::ImportOptions options;
    options.as = "shopping-list";
    expectOneLine(open(path, options), "no kind");
    options.as = "perf-script";
    expectOneLine(open(path, options), "perf-script is not read yet");
}

TEST(BadInput, FileThatShrinksWhileItIsRead) {
    const TemporaryFolder folder;
    const auto text = lines(400'000);  // More than one task.
    const auto path = folder.write("shrinks.txt", text);
    parsers::ImportOptions options;
    std::atomic<bool> cut{false};
    options.delivered = [&] {
        if (!cut.exchange(true)) {
            EXPECT_EQ(::truncate(path.c_str(), 1 << 20), 0);
        }
    };
    const auto opened = open(path, options, 1);
    ASSERT_TRUE(opened.trace) << opened.error;
    EXPECT_EQ(opened.count(DiagnosticKind::SourceShrank), 1U);
    EXPECT_GT(opened.events(), 1000U);
    EXPECT_LT(opened.events(), 400'000U);
    const auto first = opened.trace->event(model::EventIndex{0});
    const auto words = opened.trace->sources()[0].text->eventText(first.position);
    ASSERT_FALSE(words.has_value());
    EXPECT_NE(words.error().message.find("shrank"), std::string::npos) << words.error().message;
}

TEST(BadInput, FileThatVanishesStaysReadableAndSaysSo) {
    const TemporaryFolder folder;
    const auto path = folder.write("vanishes.txt", lines(100'000));
    parsers::ImportOptions options;
    options.delivered = [&] { std::filesystem::remove(path); };
    const auto opened = open(path, options);
    ASSERT_TRUE(opened.trace) << opened.error;
    EXPECT_EQ(opened.events(), 100'000U);
    EXPECT_EQ(opened.count(DiagnosticKind::SourceVanished), 1U);
    EXPECT_TRUE(opened.trace->sources()[0]
                    .text->eventText(opened.trace->event(model::EventIndex{9}).position)
                    .has_value());
}

TEST(BadInput, RewrittenFileIsNoticedAndGrownOneIsNot) {
    const TemporaryFolder folder;
    const auto path = folder.write("t.txt", lines(1000));
    const auto opened = open(path);
    ASSERT_TRUE(opened.trace);
    const auto& text = *opened.trace->sources()[0].text;
    const auto position = opened.trace->event(model::EventIndex{500}).position;
    const auto before = text.eventText(position);
    ASSERT_TRUE(before.has_value());
    std::ofstream(path, std::ios::app) << line(5000);
    std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() +
                                               std::chrono::seconds(2));
    const auto grown = text.eventText(position);
    ASSERT_TRUE(grown.has_value()) << grown.error().message;
    EXPECT_EQ(grown->line, before->line);
    std::fstream(path, std::ios::in | std::ios::out) << "# tracer: xxx";
    std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() +
                                               std::chrono::seconds(4));
    EXPECT_FALSE(text.eventText(position).has_value());
}

std::size_t peakMegabytes() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::size_t>(usage.ru_maxrss) / 1024;
}

TEST(BadInput, GigabyteWithoutNewlineTakesBoundedMemory) {
    const TemporaryFolder folder;
    const auto path = folder.write("long.txt", lines(2000) + "x");
    ASSERT_EQ(::truncate(path.c_str(), 1LL << 30), 0);  // A hole: NUL bytes without a newline.
    const auto before = peakMegabytes();
    const auto opened = open(path);
    ASSERT_TRUE(opened.trace) << opened.error;
    EXPECT_EQ(opened.events(), 2000U);
    EXPECT_EQ(opened.count(DiagnosticKind::LongLine), 1U);
    EXPECT_LT(peakMegabytes() - before, 100U);
}

TEST(BadInput, GigabyteWithoutNewlineFromAStreamTakesBoundedMemory) {
    const TemporaryFolder folder;
    auto packed = gzipped(lines(2000));
    const auto rest = gzipped(std::string(16 << 20, 'x'));
    for (int i = 0; i < 64; ++i) packed += rest;
    const auto path = folder.write("long.gz", packed);
    const auto before = peakMegabytes();
    const auto opened = open(path);
    ASSERT_TRUE(opened.trace) << opened.error;
    EXPECT_EQ(opened.events(), 2000U);
    EXPECT_EQ(opened.count(DiagnosticKind::LongLine), 1U);
    EXPECT_LT(peakMegabytes() - before, 200U);
}

TEST(BadInput, NothingButOneLineOf64Megabytes) {
    const TemporaryFolder folder;
    const auto path = folder.write("x.txt", std::string(64 << 20, 'x'));
    expectOneLine(open(path), "plain text");
    parsers::ImportOptions options;
    options.as = "ftrace-text";
    const auto opened = open(path, options);
    ASSERT_TRUE(opened.trace) << opened.error;
    EXPECT_EQ(opened.events(), 0U);
    EXPECT_EQ(opened.count(DiagnosticKind::LongLine), 1U);
}

TEST(BadInput, LineOfTenMegabytesIsCutAndWhatFollowsIsRead) {
    const TemporaryFolder folder;
    auto text = lines(50'000);
    const auto longAt = text.size();
    text += line(50'000, "tracing_mark_write: " + std::string(10 << 20, 'y'));
    for (std::size_t i = 50'001; i < 100'000; ++i) text += line(i);
    const auto path = folder.write("long.txt", text);
    for (const auto& name : {path, folder.write("long.gz", gzipped(text))}) {
        const auto opened = open(name);
        ASSERT_TRUE(opened.trace) << opened.error;
        EXPECT_EQ(opened.events(), 100'000U) << name;
        EXPECT_EQ(opened.count(DiagnosticKind::LongLine), 1U) << name;
        for (const auto& found : opened.trace->diagnostics().all()) {
            if (found.kind != DiagnosticKind::LongLine) continue;
            EXPECT_EQ(found.first.at(0).line, 50'003U);
            EXPECT_EQ(found.first.at(0).offset, longAt);
        }
        const auto last = opened.trace->event(model::EventIndex{99'999});
        EXPECT_EQ(last.position, text.rfind("            bash"));
        EXPECT_TRUE(opened.trace->sources()[0].text->eventText(last.position).has_value());
    }
}

TEST(BadInput, TimesThatJumpFarBothWaysArePutInOrder) {
    const TemporaryFolder folder;
    const auto at = [](std::string_view time) {
        return "            bash-29531   [001] d.h1. " + std::string(time) +
               ": softirq_raise: vec=1 [action=TIMER]\n";
    };
    // 292 years in ns are the end of 63 bits.
    const auto opened = open(folder.write(
        "jumps.txt", lines(3) + at("9223372036.854775") + at("    0.000001") +
                         at("9223372037.000000") + at("18446744073709551615.5") + lines(3)));
    ASSERT_TRUE(opened.trace) << opened.error;
    EXPECT_EQ(opened.events() + opened.count(DiagnosticKind::UnparsedLine), 10U);
    EXPECT_GE(opened.count(DiagnosticKind::TimeBackwards), 1U);
    EXPECT_GE(opened.count(DiagnosticKind::BadTime), 1U);
    for (std::uint64_t i = 1; i < opened.events(); ++i)
        ASSERT_LE(opened.trace->event(model::EventIndex{i - 1}).time,
                  opened.trace->event(model::EventIndex{i}).time);
}

TEST(BadInput, OddBytesAndNumbersAreCounted) {
    const TemporaryFolder folder;
    const auto bad = [](std::string_view text) { return std::string(text) + "\n"; };
    std::string text = lines(20);
    text += line(30, std::string("tracing_mark_write: a\0b", 23));
    text += line(31, "tracing_mark_write: \xff\xfe\x80");
    text += line(5);  // Back in time.
    text += bad("            bash-4294967295 [001] d.h1.   100.000040: softirq_raise: vec=1 "
                "[action=TIMER]");
    text += bad("            bash-29531   [100000] d.h1.   100.000041: softirq_raise: vec=1 "
                "[action=TIMER]");
    text += bad("            bash-29531   [001] d.h1. 99999999999999999999.000042: softirq_raise: "
                "vec=1 [action=TIMER]");
    text += line(43);
    const auto opened = open(folder.write("odd.txt", text));
    ASSERT_TRUE(opened.trace) << opened.error;
    EXPECT_EQ(opened.count(DiagnosticKind::NulBytes), 1U);
    EXPECT_EQ(opened.count(DiagnosticKind::TimeBackwards), 1U);
    EXPECT_EQ(opened.count(DiagnosticKind::PidOutOfRange), 1U);
    EXPECT_EQ(opened.count(DiagnosticKind::CpuOutOfRange), 1U);
    EXPECT_EQ(opened.count(DiagnosticKind::BadTime), 1U);
    // Nothing is dropped without a word: every context line is an event or a counted line.
    EXPECT_GE(opened.events() + opened.count(DiagnosticKind::UnparsedLine) +
                  opened.count(DiagnosticKind::BadTime),
              27U);
}

TEST(BadInput, MillionDifferentCommsAreBounded) {
    const TemporaryFolder folder;
    const auto path = folder.file("comms.txt");
    std::ofstream out(path, std::ios::binary);
    constexpr std::size_t kComms = 1'200'000;  // More than StringTable keeps.
    for (std::size_t i = 0; i < kComms; ++i) {
        const auto name = "c" + std::to_string(i);
        auto text = line(i, "softirq_raise: vec=1 [action=TIMER]");
        text.replace(0, 16, std::string(16 - name.size(), ' ') + name);
        out << text;
    }
    out.close();
    const auto before = peakMegabytes();
    const auto opened = open(path);
    ASSERT_TRUE(opened.trace) << opened.error;
    EXPECT_EQ(opened.events(), kComms);
#if !defined(__SANITIZE_THREAD__)               // whose own tables count in the peak
    EXPECT_LT(peakMegabytes() - before, 700U);  // names and tasks have their limits
#else
    static_cast<void>(before);
#endif
    EXPECT_GT(opened.count(DiagnosticKind::TooManyNames), 0U);
}

TEST(Importers, LastLineCutInHalfIsSaid) {
    const TemporaryFolder folder;
    auto text = lines(100);
    text.resize(text.size() - 40);
    const auto opened = open(folder.write("cut.txt", text));
    ASSERT_TRUE(opened.trace);
    EXPECT_EQ(opened.count(DiagnosticKind::CutLine), 1U);
}

TEST(Importers, EveryWayOfReadingGivesTheSameRows) {
    const TemporaryFolder folder;
    const auto text = support::generateTrace({.events = 120'000});  // 11 MB: four tasks.
    const auto plain = open(folder.write("t.txt", text), {}, 1);
    ASSERT_TRUE(plain.trace) << plain.error;
    ASSERT_EQ(plain.events(), 120'000U);
    const auto wide = open(folder.file("t.txt"), {}, 5);
    ASSERT_TRUE(wide.trace);
    expectSameRows(*plain.trace, *wide.trace);
    for (const auto& packed :
         {gzipped(text), zstded(text),
          gzipped(text.substr(0, 4'000'001)) + gzipped(text.substr(4'000'001)),
          zstded(text.substr(0, 4'000'001)) + zstded(text.substr(4'000'001))}) {
        const auto opened = open(folder.write("packed", packed));
        ASSERT_TRUE(opened.trace) << opened.error;
        expectSameRows(*plain.trace, *opened.trace);
        EXPECT_TRUE(opened.trace->diagnostics().empty());
        const auto& sources = opened.trace->sources();
        EXPECT_EQ(sources[0].bytes, packed.size());
        EXPECT_TRUE(sources[0].complete);
        const auto position = opened.trace->event(model::EventIndex{100'000}).position;
        EXPECT_EQ(sources[0].text->eventText(position)->line,
                  plain.trace->sources()[0].text->eventText(position)->line);
    }
}

TEST(Importers, TruncatedCompressedDataKeepWhatWasRead) {
    const TemporaryFolder folder;
    const auto text = support::generateTrace({.events = 50'000});
    for (auto packed : {gzipped(text), zstded(text)}) {
        packed.resize(packed.size() / 2);
        const auto opened = open(folder.write("half", packed));
        ASSERT_TRUE(opened.trace) << opened.error;
        EXPECT_EQ(opened.count(DiagnosticKind::Truncated), 1U);
        EXPECT_GT(opened.events(), 10'000U);
        EXPECT_LT(opened.events(), 50'000U);
    }
}

TEST(Importers, DamagedCompressedDataKeepWhatWasRead) {
    const TemporaryFolder folder;
    auto packed = gzipped(support::generateTrace({.events = 50'000}));
    for (std::size_t i = packed.size() / 2; i < packed.size() / 2 + 4000; ++i)
        packed[i] = static_cast<char>(0xa5);
    const auto opened = open(folder.write("bad.gz", packed));
    ASSERT_TRUE(opened.trace) << opened.error;
    EXPECT_EQ(opened.count(DiagnosticKind::ReadError), 1U);
    EXPECT_GT(opened.events(), 1000U);
}

TEST(Importers, FifoShowsWhatCameBeforeItsEnd) {
    const TemporaryFolder folder;
    const auto path = folder.file("fifo");
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    std::atomic<std::uint64_t> seen{0};
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    std::jthread writer([&] {
        const int out = ::open(path.c_str(), O_WRONLY);
        const auto first = lines(1000);
        EXPECT_EQ(::write(out, first.data(), first.size()), static_cast<ssize_t>(first.size()));
        const auto giveUp = SteadyClock::now() + std::chrono::seconds(20);
        while (seen == 0 && SteadyClock::now() < giveUp)
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        const auto rest = line(2000);
        EXPECT_EQ(::write(out, rest.data(), rest.size()), static_cast<ssize_t>(rest.size()));
        ::close(out);
    });
    parsers::ImportOptions options;
    options.delivered = [&] { seen = builder.snapshot()->events(); };
    const auto source = parsers::importSource(path, builder, pool, options);
    ASSERT_TRUE(source.has_value()) << source.error().message;
    writer.join();
    EXPECT_EQ(builder.finish()->events(), 1001U);
    EXPECT_GE(seen.load(), 1000U);
}

TEST(Importers, SilentFifoIsCancelledAtOnce) {
    const TemporaryFolder folder;
    const auto path = folder.file("fifo");
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    std::stop_source stop;
    parsers::ImportOptions options;
    options.stop = stop.get_token();
    std::jthread canceller([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(60));
        stop.request_stop();
    });
    EXPECT_FALSE(open(path, options).error.empty());
}

TEST(Importers, CancelledFileKeepsItsBeginAndSaysSo) {
    const TemporaryFolder folder;
    const auto path = folder.write("t.txt", support::generateTrace({.events = 400'000}));
    std::stop_source stop;
    parsers::ImportOptions options;
    options.stop = stop.get_token();
    options.delivered = [&] { stop.request_stop(); };
    const auto opened = open(path, options, 1);
    ASSERT_TRUE(opened.trace) << opened.error;
    EXPECT_EQ(opened.count(DiagnosticKind::PartialLoad), 1U);
    EXPECT_GT(opened.events(), 0U);
    EXPECT_LT(opened.events(), 400'000U);
}

TEST(Importers, ATraceInThePreOfAWebPageOpens) {
    const TemporaryFolder folder;
    const std::string page =
        "<!DOCTYPE html>\n<html><head><title>a < b</title><style>x{}</style></head>\n<body>"
        "<p>See 1-1 [000] 1.000000: no: event</p>\n<pre class=\"console\">$ cat trace\n"
        "# tracer: nop\n"
        "          &lt;idle&gt;-0       [002] d.h1.    51.732208: irq_handler_entry: irq=27 "
        "name=<b>virtio2&#45;req.2</b>\n"
        "          <idle>-0       [002] d.h1.    51.732336: irq_handler_exit: irq=27 ret=handled\n"
        "            bash-12      [001] d..2.    51.732400: sched_switch: prev_comm=bash "
        "prev_pid=12 prev_prio=120 prev_state=S ==&gt; next_comm=x&amp;y next_pid=13 "
        "next_prio=120<br>"
        "&#x20;           bash-13      [001] .....    51.732500: sched_waking: comm=a pid=14 "
        "prio=120 target_cpu=000</pre>\n<p>&copy;</p><PRE>"
        "            bash-13      [001] .....    51.732600: my_event:&nbsp;a=<1></PRE></html>\n";
    const auto opened = open(folder.write("blog.html", page));
    ASSERT_TRUE(opened.trace) << opened.error;
    EXPECT_EQ(opened.events(), 5U);
    const auto& source = opened.trace->sources()[0];
    EXPECT_EQ(source.kind, "ftrace-text");
    EXPECT_NE(source.why.find("web page"), std::string::npos) << source.why;
    EXPECT_EQ(source.bytes, page.size());
    const auto text = [&](std::uint64_t row) {
        return source.text->eventText(opened.trace->event(model::EventIndex{row}).position)->args;
    };
    EXPECT_EQ(text(0), "irq=27 name=virtio2-req.2");
    EXPECT_EQ(text(4), "a=<1>");
    EXPECT_EQ(opened.trace->tables().switches, 1U);
    EXPECT_NE(opened.trace->findTask(model::Tid{13}), model::kNoTask);
    // However the page comes, and by a name that says nothing.
    const auto packed = open(folder.write("blog", gzipped(page)));
    ASSERT_TRUE(packed.trace) << packed.error;
    EXPECT_EQ(packed.events(), 5U);
}

TEST(Importers, APageWithoutATraceSaysWhatItIs) {
    const TemporaryFolder folder;
    expectOneLine(open(folder.write("a.html", "<html><body><pre>milk, bread</pre></body></html>")),
                  "HTML page");
    expectOneLine(open(folder.write("b.html", "<html><body>no block at all</body></html>")),
                  "HTML page");
    expectOneLine(open(folder.write("c.html", "<html><pre>" + std::string(3 << 20, '<'))),
                  "HTML page");
    expectOneLine(open(folder.write("d.html", "<html><a " + std::string(3 << 20, '&'))),
                  "HTML page");
}

TEST(Importers, ATracePipeEndsWhereTracingIsOff) {
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder.file("per_cpu/cpu0"));
    for (const char* const name : {"trace_pipe", "per_cpu/cpu0/trace_pipe"}) {
        folder.write("tracing_on", "1\n");
        const auto path = folder.file(name);
        ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
        // Held open at both ends: nobody's leaving ends it.
        const int held = ::open(path.c_str(), O_RDWR | O_NONBLOCK);
        const auto first = lines(300);
        ASSERT_EQ(::write(held, first.data(), first.size()), static_cast<ssize_t>(first.size()));
        parsers::ImportOptions options;
        options.delivered = [&] { folder.write("tracing_on", "0\n"); };
        const auto opened = open(path, options);
        ::close(held);
        ASSERT_TRUE(opened.trace) << opened.error;
        EXPECT_EQ(opened.events(), 300U);
        EXPECT_EQ(opened.count(DiagnosticKind::PartialLoad), 0U);
    }
}

TEST(Importers, FilesOfSizeZeroAreReadAsStreams) {
    // Like tracefs, /proc says 0 for every size.
    for (const std::string name : {"stat", "interrupts"}) {
        const auto opened = open("/proc/" + name);
        ASSERT_NE(opened.trace, nullptr) << opened.error;
        EXPECT_EQ(opened.trace->sources()[0].kind, "proc-" + name);
        EXPECT_GT(opened.trace->sources()[0].numbers, 0U);
    }
}

}  // namespace
