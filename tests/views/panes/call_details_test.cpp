// SPDX-License-Identifier: GPL-3.0-or-later
/// What the details say of an entry and of an exit, against a story told by hand.
#include "model/store/trace_builder.h"
#include "tests/items/qt_application.h"
#include "views/panes/details/details_calls.h"

#include <gtest/gtest.h>

#include <map>

namespace kscope::tests {
namespace {

using namespace kscope::views;

class CallLines : public model::EventSource {
public:
    [[nodiscard]] model::Result<model::EventText> eventText(std::uint64_t position) const override {
        model::EventText text;
        if (position == 2) text.args = "[entry] (4011b6) depth: 1 (3, \"x\")";
        if (position == 4) text.args = "[exit ] (4011b6) depth: 1 = 7";
        return text;
    }
    [[nodiscard]] model::Result<std::size_t> bytes(std::uint64_t, std::span<char>) const override {
        return std::size_t{0};
    }
    [[nodiscard]] std::uint64_t size() const override { return 0; }
};

/// main 0…100 µs, in it vfs_read 10…50 µs with schedule 20…30 µs in it; main does not end.
model::TracePtr callStory() {
    using model::CallEdge;
    model::TraceBuilder builder;
    model::SourceInfo info;
    info.path = "made";
    info.text = std::make_shared<CallLines>();
    const auto source = builder.addSource(info);
    model::ChunkWriter writer;
    writer.beginPart(source, 0, 1);
    const auto add = [&](std::int64_t us, std::uint64_t position, const char* name, CallEdge edge,
                         std::uint32_t depth) {
        (void)writer.prepare(us * 1000, position);
        const auto task = writer.task(model::Tid{7}, "made", model::kUnknownCpu);
        writer.add(us * 1000, position, writer.name(name), model::kUnknownCpu, task,
                   model::callFlags(edge, model::CallSpace::User, depth));
    };
    add(0, 1, "main", CallEdge::Entry, 0);
    add(10, 2, "vfs_read", CallEdge::Entry, 1);
    add(20, 3, "schedule", CallEdge::Entry, 2);
    add(30, 3, "schedule", CallEdge::Exit, 2);
    add(50, 4, "vfs_read", CallEdge::Exit, 1);
    builder.deliver(source, 0, writer.finishPart(0, 0));
    builder.endSource(source);
    return builder.finish();
}

DetailsContent askOf(const model::TracePtr& trace, std::uint64_t row, CallsOfTrace& calls) {
    DetailsQuestion question;
    question.trace = trace;
    question.item.kind = Item::Kind::Event;
    question.item.event = model::EventIndex{row};
    question.window = trace->range();
    question.style = items::timeStyle(*trace, 0);
    question.calls = &calls;
    return detailsOf(question, {});
}

QString valueOf(const DetailsContent& content, const char* name) {
    for (const auto& field : content.fields)
        if (field.name == QLatin1String(name)) return field.value;
    return {};
}

TEST(CallDetails, TellLengthSelfArgumentsResultCallerAndShare) {
    const auto trace = callStory();
    CallsOfTrace calls;
    for (const std::uint64_t row : {1u, 4u}) {  // its entry and its exit
        const auto content = askOf(trace, row, calls);
        EXPECT_EQ(content.title, "vfs_read");
        EXPECT_EQ(valueOf(content, "duration"), QStringLiteral("40 \u00b5s"));
        EXPECT_EQ(valueOf(content, "self"), QStringLiteral("30 \u00b5s"));
        EXPECT_EQ(valueOf(content, "arguments"), "(3, \"x\")");
        EXPECT_EQ(valueOf(content, "result"), "7");
        EXPECT_EQ(valueOf(content, "called by"), "main");
        EXPECT_TRUE(content.why.startsWith("VFS")) << content.why.toStdString();
        EXPECT_EQ(content.sentence, QStringLiteral("It ran for 40 \u00b5s, 75 % of it itself."));
        ASSERT_EQ(content.links.size(), 2u);
        EXPECT_EQ(content.links[0].target, "event:0");
        EXPECT_EQ(content.links[1].target, "event:2");
        for (const auto& field : content.fields) EXPECT_NE(field.name, "depth");
    }
    EXPECT_EQ(valueOf(askOf(trace, 1, calls), "what"), "it begins");
    EXPECT_EQ(valueOf(askOf(trace, 4, calls), "what"), "it returns");
}

TEST(CallDetails, OfACallWithoutItsEndSayWhatIsMissing) {
    const auto trace = callStory();
    CallsOfTrace calls;
    const auto content = askOf(trace, 0, calls);
    EXPECT_EQ(content.title, "main");
    EXPECT_EQ(content.fault, "It had not ended when the trace did.");
    EXPECT_EQ(valueOf(content, "called by"), "nothing that is in the trace");
}

TEST(CallDetails, SharesOfTheCallerAreTold) {
    const auto trace = callStory();
    CallsOfTrace calls;
    EXPECT_EQ(valueOf(askOf(trace, 2, calls), "share"), "25 % of its caller's time");
}

}  // namespace
}  // namespace kscope::tests
