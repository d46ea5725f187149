// SPDX-License-Identifier: GPL-3.0-or-later
/// Kernel addresses named by kallsyms: in functions, fields and stacks, and nowhere else.
#include "model/query/filter.h"
#include "parsers/importers.h"
#include "parsers/kernel_names.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

namespace {

using namespace kscope;

constexpr std::string_view kSymbols = "ffffffff81000000 T _stext\n"
                                      "ffffffff81100000 T vfs_read\n"
                                      "ffffffff81100400 t ksys_read\n"
                                      "ffffffff81100800 D some_data\n"
                                      "ffffffffc0424000 t ext4_sync\t[ext4]\n"
                                      "ffffffffc0425000 t ext4_last\t[ext4]\n";

class KernelNames : public testing::Test {
protected:
    model::AddressNamesPtr read(std::string_view text) {
        auto names = parsers::readKernelNames(m_folder.write("kallsyms", text));
        EXPECT_TRUE(names.has_value());
        return names ? *names : nullptr;
    }
    support::TemporaryFolder m_folder;
};

TEST_F(KernelNames, AnAddressIsNamedWithWhatLiesBehindTheFunctionsBegin) {
    const auto names = read(kSymbols);
    const auto text = [&](std::string_view of) { return model::namedText(*names, of); };
    EXPECT_EQ(text("call_site=ffffffff81100010 ptr=00000000abcdef01"),
              "call_site=vfs_read+0x10 ptr=00000000abcdef01");
    EXPECT_EQ(text("0xffffffff81100400"), "ksys_read");
    EXPECT_EQ(text("(ffffffffc0424008)"), "(ext4_sync [ext4]+0x8)");
    // A variable, before all functions, behind the last one, another word, too many digits.
    for (const std::string_view other :
         {"ffffffff81100808", "ffffffff80ffffff", "ffffffffc0625000", "xffffffff81100000",
          "_ffffffff81100000", "0ffffffff81100000", "81100000", ""})
        EXPECT_EQ(text(other), other);
    const auto function = [&](std::string_view of) { return model::namedFunction(*names, of); };
    EXPECT_EQ(function("<ffffffff81100010>"), "vfs_read");
    EXPECT_EQ(function("0xffffffff81100010"), "vfs_read");
    EXPECT_EQ(function("ffffffff81100010"), "vfs_read");
    EXPECT_EQ(function("ffffffff81100010 "), "ffffffff81100010 ");
    EXPECT_EQ(function("main"), "main");
}

TEST_F(KernelNames, AFileWithoutAddressesIsSaidInOneLine) {
    for (const std::string_view text :
         {"", "no symbols here\n", "0000000000000000 T a\n0000000000000000 T b\n"})
        EXPECT_FALSE(parsers::readKernelNames(m_folder.write("none", text)).has_value()) << text;
    EXPECT_FALSE(parsers::readKernelNames(m_folder.file("nosuch")).has_value());
}

TEST_F(KernelNames, EventsStacksAndFiltersHaveThem) {
    const auto path = m_folder.write(
        "raw.txt",
        "# tracer: nop\n#\n"
        "           alpha-11      [000] d..2.   100.000100: kmalloc: call_site=ffffffff81100010 "
        "ptr=00000000abcdef01 bytes_req=64 bytes_alloc=64 gfp_flags=GFP_KERNEL\n"
        "           alpha-11      [000] d..3.   100.000101: <stack trace>\n"
        " => 0xffffffff81100010\n => ffffffff81100404\n"
        "           alpha-11      [000] d..2.   100.000200: timer_init: timer=00000000deadbeef\n");
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    builder.nameAddresses(read(kSymbols));
    ASSERT_TRUE(parsers::importSource(path, builder, pool, {}).has_value());
    const auto trace = builder.finish();
    ASSERT_EQ(trace->events(), 2u);
    const auto text =
        trace->sources()[0].text->eventText(trace->event(model::EventIndex{0}).position);
    ASSERT_TRUE(text.has_value());
    EXPECT_TRUE(text->args.starts_with("call_site=vfs_read+0x10 ptr=00000000abcdef01"));
    EXPECT_NE(text->line.find("call_site=ffffffff81100010"), std::string::npos);
    EXPECT_EQ(text->stack, (std::vector<std::string>{"vfs_read", "ksys_read"}));
    const auto rows =
        model::filterRows(*trace, *model::Filter::parse("call_site ~ \"vfs_read*\""), pool);
    EXPECT_TRUE(rows->contains(model::EventIndex{0}));
    EXPECT_FALSE(rows->contains(model::EventIndex{1}));
}

TEST_F(KernelNames, FunctionsOfACallTraceHaveThem) {
    const auto path =
        m_folder.write("graph.txt", "# tracer: function_graph\n#\n"
                                    "# CPU  DURATION                  FUNCTION CALLS\n"
                                    "# |     |   |                     |   |   |   |\n"
                                    " 0)               |  0xffffffff81100400() {\n"
                                    " 0)   1.000 us    |    0xffffffffc0424000();\n"
                                    " 0)   3.000 us    |  }\n");
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    builder.nameAddresses(read(kSymbols));
    ASSERT_TRUE(parsers::importSource(path, builder, pool, {}).has_value());
    const auto trace = builder.finish();
    std::string names;
    for (std::uint64_t i = 0; i < trace->events(); ++i)
        names.append(trace->text(trace->event(model::EventIndex{i}).name)) += ';';
    EXPECT_EQ(names, "ksys_read;ext4_sync [ext4];ext4_sync [ext4];ksys_read;");
}

}  // namespace
