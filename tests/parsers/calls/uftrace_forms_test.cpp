// SPDX-License-Identifier: GPL-3.0-or-later
/// The forms of uftrace directories that are easily misread (formats.md section 5), made as other
/// versions of uftrace and other machines make them.
#include "model/derive/call_functions.h"
#include "parsers/importers.h"
#include "parsers/uftrace/replay_line.h"
#include "tests/support/shared_data.h"
#include "tests/support/uftrace_folder.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <random>
#include <set>
#include <string>
#include <thread>

namespace {

using namespace kscope;
using support::kUftraceEntry;
using support::kUftraceExit;
using support::putBytes;
using support::uftraceBytes;
using support::UftraceFolder;
using support::uftraceWord;

model::TracePtr openForms(const std::filesystem::path& path) {
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    const auto source = parsers::importSource(path.string(), builder, pool, {});
    EXPECT_TRUE(source.has_value()) << (source ? "" : source.error().message);
    return builder.finish();
}

/// Names of the events, in their order.
std::string namesOf(const model::TracePtr& trace) {
    std::string names;
    for (std::uint64_t i = 0; i < trace->events(); ++i)
        names +=
            (i == 0 ? "" : " ") + std::string(trace->text(trace->event(model::EventIndex{i}).name));
    return names;
}

/// Entries of functions at the addresses, 100 ns apart.
std::string entriesAt(std::initializer_list<std::uint64_t> addresses) {
    std::vector<support::UftraceWord> records;
    for (const auto address : addresses)
        records.push_back(
            uftraceWord(100 * (records.size() + 1), kUftraceEntry, records.size(), address));
    return uftraceBytes(records);
}

TEST(UftraceForms, MapsMayHaveBuildIdsAndBlanks) {
    const UftraceFolder folder;
    folder.write("sid-aa.map",
                 "00400000-00401000 r-xp 00000000 00:00 0 /bin/lab build-id:811f22\n"
                 "00500000-00501000 r-xp 00000000 00:00 0 /opt/my lib/a b.so build-id:77\n"
                 "00600000-00601000 r-xp 00000000 00:00 0 /lib/one.so build-id:1111\n");
    folder.write("lab.sym", "# symbols: 1\n# path name: /bin/lab\n# build-id: 811f22\n"
                            "0000000000400000 T main\n0000000000400010 T __sym_end\n");
    folder.write("a b.so.sym", "# path name: /opt/my lib/a b.so\n# build-id: 77\n"
                               "0000000000500000 T spaced\n0000000000500010 T __sym_end\n");
    // Two of one name: the path and the build-id tell which is meant, not the file's name.
    folder.write("one.so.sym", "# path name: /elsewhere/one.so\n# build-id: 2222\n"
                               "0000000000600000 T wrong\n0000000000600010 T __sym_end\n");
    folder.write("one.so-1f3a.sym", "# path name: /lib/one.so\n# build-id: 1111\n"
                                    "0000000000600000 T right\n0000000000600010 T __sym_end\n");
    folder.write("101.dat", entriesAt({0x400004, 0x500000, 0x600000}));
    EXPECT_EQ(namesOf(openForms(folder.path)), "main spaced right");
}

TEST(UftraceForms, SymbolsMayHaveSizes) {
    // Since 0.14. A name of eight hexadecimal digits is no size.
    const UftraceFolder folder;
    folder.write("lab.sym", "# path name: /bin/lab\n"
                            "0000000000400000 00000010 T sized\n"
                            "0000000000400010 T deadbeef\n"
                            "0000000000400020 00000008 t last one\n");
    folder.write("101.dat", entriesAt({0x40000f, 0x400010, 0x400021, 0x400030}));
    EXPECT_EQ(namesOf(openForms(folder.path)), "sized deadbeef last one <400030>");
}

std::string bigBytes(std::uint64_t value, std::size_t size) {
    std::string bytes;
    putBytes(bytes, value, size);
    return {bytes.rbegin(), bytes.rend()};
}

/// An info file that says it was written by a big-endian machine.
std::string bigInfo() {
    return std::string("Ftrace!\0", 8) + bigBytes(4, 4) + bigBytes(40, 2) + "\2\2" +
           std::string(24, '\0');
}

TEST(UftraceForms, TheByteOrderIsReadFirst) {
    const UftraceFolder folder;
    folder.write("info", bigInfo());
    std::string records;
    for (const auto& word : {uftraceWord(100, kUftraceEntry, 0, 0x400000),
                             uftraceWord(900, kUftraceExit, 0, 0x400000)})
        records += bigBytes(word.time, 8) + bigBytes(word.word, 8);
    folder.write("101.dat", records);
    const auto trace = openForms(folder.path);
    EXPECT_EQ(namesOf(trace), "function_0 function_0");
    EXPECT_EQ(trace->sources()[0].lastNs - trace->sources()[0].firstNs, 800);
}

TEST(UftraceForms, BitFieldsOfBigEndianCompilersAreMirrored) {
    const UftraceFolder folder;
    folder.write("info", bigInfo());
    // Kind (2 bits), more (1), magic (3), depth (10) and address (48), from the top on. The
    // second function's address has a 5 where the magic of the other order would stand.
    const auto record = [&](std::uint64_t time, std::uint64_t kind, std::uint64_t depth,
                            std::uint64_t address) {
        return bigBytes(time, 8) + bigBytes(kind << 62 | 5ull << 58 | depth << 48 | address, 8);
    };
    folder.write("101.dat", record(100, kUftraceEntry, 0, 0x400000) +
                                record(200, kUftraceEntry, 1, 0x400028) +
                                record(700, kUftraceExit, 1, 0x400020) +
                                record(900, kUftraceExit, 0, 0x400000));
    const auto trace = openForms(folder.path);
    ASSERT_EQ(namesOf(trace), "function_0 function_2 function_2 function_0");
    EXPECT_EQ(trace->sources()[0].lastNs - trace->sources()[0].firstNs, 800);
    EXPECT_EQ(
        model::callDepth(static_cast<std::uint16_t>(trace->event(model::EventIndex{1}).flags)), 1u);
}

TEST(UftraceForms, ALibraryIsNamedBeforeItsDlopenReturnsToo) {
    const UftraceFolder folder;
    folder.write("task.txt", "SESS timestamp=0.000000001 pid=100 sid=aa exename=\"/bin/lab\"\n"
                             "TASK timestamp=0.000000002 tid=101 pid=100\n"
                             "DLOP timestamp=0.000000500 tid=101 sid=aa base=7f0000000000 "
                             "libname=\"/lib/plug.so\"\n");
    folder.write("plug.so.sym", "# path name: /lib/plug.so\n"
                                "0000000000001000 T plug_init\n"
                                "0000000000001010 T plugged\n"
                                "0000000000001020 T __sym_end\n");
    // The constructor runs while dlopen() does; the line is written when it returns.
    folder.write("101.dat", uftraceBytes({uftraceWord(300, kUftraceEntry, 0, 0x7f0000001000),
                                          uftraceWord(400, kUftraceExit, 0, 0x7f0000001000),
                                          uftraceWord(600, kUftraceEntry, 0, 0x7f0000001000),
                                          uftraceWord(700, kUftraceExit, 0, 0x7f0000001000),
                                          uftraceWord(800, kUftraceEntry, 0, 0x7f0000001010),
                                          uftraceWord(900, kUftraceExit, 0, 0x7f0000001010)}));
    EXPECT_EQ(namesOf(openForms(folder.path)),
              "plug_init plug_init plug_init plug_init plugged plugged");
}

TEST(UftraceForms, ALibraryInThePlaceOfAClosedOneHasItsOwnNames) {
    const UftraceFolder folder;
    const auto opened = [](int ns, std::string_view base, std::string_view name) {
        return "DLOP timestamp=0.000000" + std::to_string(ns) +
               " tid=101 sid=aa base=" + std::string(base) + " libname=\"/lib/" +
               std::string(name) + "\"\n";
    };
    folder.write("task.txt", "SESS timestamp=0.000000001 pid=100 sid=aa exename=\"/bin/lab\"\n"
                             "TASK timestamp=0.000000002 tid=101 pid=100\n" +
                                 opened(200, "7f0000000000", "old.so") +
                                 opened(400, "7f0000002000", "apart.so") +
                                 opened(600, "7effffffff00", "new.so"));
    for (const std::string name : {"old", "apart", "new"})
        folder.write(name + ".so.sym", "# path name: /lib/" + name + ".so\n" +
                                           "0000000000001000 T " + name + "_first\n" +
                                           "0000000000001100 T " + name + "_second\n" +
                                           "0000000000001200 T __sym_end\n");
    const auto called = [](std::uint64_t time, std::uint64_t address) {
        return uftraceBytes({uftraceWord(time, kUftraceEntry, 0, address),
                             uftraceWord(time + 10, kUftraceExit, 0, address)});
    };
    // new.so begins 256 bytes before old.so: the same address is another function's, and its
    // constructor at an address where old.so has no name runs before dlopen() returns.
    folder.write("101.dat", called(250, 0x7f0000001000) + called(300, 0x7f0000001100) +
                                called(450, 0x7f0000003000) + called(550, 0x7f0000000f00) +
                                called(700, 0x7f0000001000) + called(750, 0x7f0000000f00) +
                                called(800, 0x7f0000003000));
    EXPECT_EQ(namesOf(openForms(folder.path)),
              "old_first old_first old_second old_second apart_first apart_first new_first "
              "new_first new_second new_second new_first new_first apart_first apart_first");
}

TEST(UftraceForms, TextsOfRowsDoNotHangOnWhatWasReadBefore) {
    const UftraceFolder folder;
    std::string records[2];
    for (std::uint64_t i = 0; i < 3000; ++i)
        records[i % 2] += uftraceBytes(
            {uftraceWord(100 + i, i % 4 < 2 ? kUftraceEntry : kUftraceExit, 0, 0x400000 + i)});
    folder.write("101.dat", records[0]);
    folder.write("102.dat", records[1]);
    const auto trace = openForms(folder.path);
    ASSERT_EQ(trace->events(), 3000u);
    const auto textAt = [&](std::uint64_t row) {
        const auto text =
            trace->sources()[0].text->eventText(trace->event(model::EventIndex{row}).position);
        return text ? text->line : text.error().message;
    };
    std::vector<std::string> texts;
    for (std::uint64_t row = 0; row < 3000; ++row) {
        texts.push_back(textAt(row));
        char time[32];
        std::snprintf(time, sizeof time, "0.%09d ", static_cast<int>(100 + row));
        ASSERT_TRUE(texts.back().starts_with(time)) << texts.back();
    }
    const auto readAnew = [&](unsigned seed) {
        std::minstd_rand each(seed);
        for (int i = 0; i < 3000; ++i) {
            // Steps on, now and then a jump; backwards at last.
            const auto row = i % 40 == 0 ? each() % 3000 : static_cast<std::uint64_t>(2999 - i);
            ASSERT_EQ(textAt(row), texts[row]);
            const auto near = std::min<std::uint64_t>(row + 3, 2999);
            ASSERT_EQ(textAt(near), texts[near]);
        }
    };
    std::thread other([&] { readAnew(7); });
    readAnew(5);
    other.join();
}

TEST(UftraceForms, FractionsOfTextEventsAreDecimal) {
    const UftraceFolder folder;
    folder.write("101.dat", entriesAt({0x400000}));
    folder.write("extern.dat", "# a comment\n\n1.5 half\n 1.000250 quarter\n1.75000000012 late\n");
    const auto trace = openForms(folder.path);
    std::vector<std::string> told;
    for (std::uint64_t i = 0; i < trace->events(); ++i) {
        const auto event = trace->event(model::EventIndex{i});
        if (trace->text(event.name) != "extern") continue;
        told.push_back(std::to_string(toNs(event.time)) + " " +
                       trace->sources()[0].text->eventText(event.position)->args);
    }
    // Not in order: the second is raised to the first.
    EXPECT_EQ(told, (std::vector<std::string>{"1500000000 half", "1500000000 quarter",
                                              "1750000000 late"}));
}

TEST(UftraceForms, MinutesAndHoursOfReplayAreReadAsUftraceWritesThem) {
    EXPECT_EQ(parsers::readReplayDuration("  2.030  m"), 150'000'000'000);      // 2 min 30 s
    EXPECT_EQ(parsers::readReplayDuration("  1.006  h"), 30 * 60'000'000'000);  // 24 + 6 minutes
    EXPECT_EQ(parsers::readReplayDuration("  3.500  s"), 3'500'000'000);
    EXPECT_EQ(parsers::readReplayDuration("  1.007 ms"), 1'007'000);
    EXPECT_EQ(parsers::readReplayDuration("  1.007 us"), 1'007);
}

TEST(UftraceForms, DefaultOptionsHideNothing) {
    // report, replay and graph apply them again; the records are all there.
    const auto data = support::sharedData();
    if (!data) GTEST_SKIP() << "no shared data";
    const auto folder = *data / "guest/uftrace/threshold";
    const auto trace = openForms(folder / "threshold.data");
    std::uint64_t records = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "threshold.data")) {
        const auto name = entry.path().filename().string();
        if (name.ends_with(".dat") && name.find_first_not_of("0123456789") == name.find('.'))
            records += entry.file_size() / 16;
    }
    std::uint64_t edges = 0;
    for (std::uint64_t i = 0; i < trace->events(); ++i)
        edges += model::isCallEdge(trace->event(model::EventIndex{i}).flags);
    EXPECT_EQ(edges, records);
}

}  // namespace
