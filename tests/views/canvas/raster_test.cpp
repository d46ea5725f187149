// SPDX-License-Identifier: GPL-3.0-or-later
/// A handful of probed pixels, and that bands give the same picture as one pass.
#include "views/canvas/png.h"
#include "views/canvas/raster.h"
#include "views/canvas/svg.h"

#include <QPainterPath>
#include <QXmlStreamReader>

#include <gtest/gtest.h>

#include <random>

using namespace kscope;
using namespace kscope::views;

namespace {

constexpr Rgb kRed = 0xffc01020u;
constexpr Rgb kBlue = 0xff1020c0u;

QImage painted(const DrawList& list, int width = 64, int height = 48) {
    QImage image(width, height, QImage::Format_RGB32);
    image.fill(Qt::black);
    TextCache texts(1);
    rasterize(list, image, texts, nullptr);
    return image;
}
Rgb at(const QImage& image, int x, int y) { return image.pixel(x, y); }

DrawList randomList(std::minstd_rand& random, int width, int height) {
    DrawList list;
    const auto box = [&] {
        return Box{static_cast<int>(random() % width) - 20,
                   static_cast<int>(random() % height) - 20, 1 + static_cast<int>(random() % 60),
                   1 + static_cast<int>(random() % 60)};
    };
    for (int i = 0; i < 60; ++i) {
        const Rgb colour = 0xff000000u | static_cast<Rgb>(random());
        switch (random() % 6) {
        case 0: list.fill(box(), colour, static_cast<int>(random() % 4)); break;
        case 1: list.fill(box(), (colour & 0xffffffu) | 0x60000000u); break;
        case 2: list.hatch(box(), 0, colour, 5, 1); break;
        case 3:
            list.outline(box(), colour, 1 + static_cast<int>(random() % 2),
                         static_cast<LineStyle>(random() % 3), static_cast<int>(random() % 3));
            break;
        case 4: {
            const Box b = box();
            const Columns columns = list.columns(b);
            for (std::size_t x = 0; x < columns.size(); ++x)
                columns.set(x, 0xff000000u | static_cast<Rgb>(random()),
                            static_cast<std::uint32_t>(random() % (b.h + 1)));
            break;
        }
        default: list.text(box(), "postgres", 8, 50, TextRole::Body, colour); break;
        }
    }
    return list;
}

}  // namespace

TEST(Raster, FillsExactlyItsBoxAndClipsAtTheEdges) {
    DrawList list;
    list.fill({10, 10, 5, 4}, kRed);
    list.fill({-10, 40, 1000, 1000}, kBlue);
    const QImage image = painted(list);
    EXPECT_EQ(at(image, 10, 10), kRed);
    EXPECT_EQ(at(image, 14, 13), kRed);
    EXPECT_EQ(at(image, 9, 10), 0xff000000u);
    EXPECT_EQ(at(image, 15, 10), 0xff000000u);
    EXPECT_EQ(at(image, 10, 14), 0xff000000u);
    EXPECT_EQ(at(image, 0, 47), kBlue);
    EXPECT_EQ(at(image, 63, 40), kBlue);
}

TEST(Raster, ARadiusOfTwoIsOneMissingPixelACorner) {
    DrawList list;
    list.fill({10, 10, 20, 16}, kRed, 2);
    const QImage image = painted(list);
    EXPECT_EQ(at(image, 10, 10), 0xff000000u);
    EXPECT_EQ(at(image, 11, 10), kRed);
    EXPECT_EQ(at(image, 10, 11), kRed);
    EXPECT_EQ(at(image, 29, 25), 0xff000000u);
}

TEST(Raster, ColumnsStandOnTheFootOfTheirBox) {
    DrawList list;
    const auto columns = list.columns({4, 10, 3, 20});
    columns.set(0, kRed, 20);
    columns.set(1, kBlue, 7);
    const QImage image = painted(list);
    EXPECT_EQ(at(image, 4, 10), kRed);
    EXPECT_EQ(at(image, 5, 22), 0xff000000u);
    EXPECT_EQ(at(image, 5, 23), kBlue);
    EXPECT_EQ(at(image, 5, 29), kBlue);
    EXPECT_EQ(at(image, 6, 29), 0xff000000u);
    EXPECT_EQ(at(image, 4, 30), 0xff000000u);
}

TEST(Raster, TextLeavesInkInsideOfItsBoxOnly) {
    DrawList list;
    list.text({5, 10, 50, 20}, "kworker", 7, 44, TextRole::Body, 0xffffffffu);
    const QImage image = painted(list);
    int inside = 0, outside = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            if (at(image, x, y) == 0xff000000u) continue;
            (x >= 4 && x < 58 && y >= 10 && y < 30 ? inside : outside) += 1;
        }
    EXPECT_GT(inside, 40);
    EXPECT_EQ(outside, 0);
}

TEST(Raster, BandsGiveThePictureOfOnePass) {
    std::minstd_rand random(3);
    model::ThreadPool pool(3);
    for (int round = 0; round < 20; ++round) {
        const DrawList list = randomList(random, 300, 700);
        QImage one(300, 700, QImage::Format_RGB32), many(300, 700, QImage::Format_RGB32);
        one.fill(Qt::white);
        many.fill(Qt::white);
        TextCache texts(1);
        rasterize(list, one, texts, nullptr);
        rasterize(list, many, texts, &pool);
        ASSERT_EQ(one, many) << round;
    }
}

// A path is made ready for drawing at its first use: many bands at a time must not share that.
TEST(Raster, OnePathOverManyBandsIsDrawnAsInOnePass) {
    model::ThreadPool pool(4);
    for (int round = 0; round < 150; ++round) {
        DrawList list;
        QPainterPath path(QPointF(2, 2));
        for (int i = 1; i < 40; ++i)
            path.cubicTo(QPointF(150, i * 50 - 40), QPointF(-40, i * 50 - 10),
                         QPointF(i % 2 == 0 ? 10 : 110, i * 50));
        list.path(path, kBlue, round % 2 == 0 ? 1.5 : 0.0);
        QImage one(128, 2000, QImage::Format_RGB32), many(128, 2000, QImage::Format_RGB32);
        one.fill(Qt::white);
        many.fill(Qt::white);
        TextCache texts(1);
        rasterize(list, many, texts, &pool);
        rasterize(list, one, texts, nullptr);
        ASSERT_EQ(one, many) << round;
    }
}

TEST(Png, GivesBackEveryPixelWithAndWithoutAPalette) {
    std::minstd_rand random(5);
    model::ThreadPool pool(2);
    for (const int colours : {2, 200, 100000}) {
        QImage image(211, 333, QImage::Format_RGB32);
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                image.setPixel(x, y, 0xff000000u | static_cast<Rgb>(random() % colours * 167));
        const auto bytes = encodePng(image, 2, &pool);
        QImage read;
        ASSERT_TRUE(read.loadFromData(bytes.data(), static_cast<int>(bytes.size()), "PNG"));
        EXPECT_EQ(read.convertToFormat(QImage::Format_RGB32), image) << colours;
    }
}

TEST(Svg, IsWellFormedKeepsItsTextAndEscapesIt) {
    DrawList list;
    list.clip({0, 0, 200, 100});
    list.fill({1, 2, 3, 4}, kRed, 2);
    list.text({10, 10, 80, 20}, "a<b>&\x01\xff", 7, 60, TextRole::Body, kBlue);
    list.hatch({1, 2, 30, 40}, 0, kRed, 5, 1);
    const auto columns = list.columns({4, 10, 6, 20});
    for (std::size_t i = 0; i < 4; ++i) columns.set(i, kRed, 5);
    QPainterPath path({1, 1});
    path.cubicTo({5, 5}, {6, 6}, {9, 9});
    list.path(path, kBlue, 1.5);
    EXPECT_EQ(svgShapes(list), 6u);  // Four equal columns are one.
    TextCache texts(1);
    const std::string svg = svgText(list, {0, 0, 200, 100}, 1, texts);
    QXmlStreamReader reader(QString::fromStdString(svg));
    QString text;
    int rects = 0;
    while (!reader.atEnd()) {
        reader.readNext();
        if (reader.isStartElement() && reader.name() == QLatin1String("rect")) ++rects;
        if (reader.isStartElement() && reader.name() == QLatin1String("text"))
            text = reader.readElementText();
    }
    EXPECT_FALSE(reader.hasError()) << reader.errorString().toStdString();
    EXPECT_TRUE(text.startsWith(QLatin1String("a<b>&")));
    EXPECT_EQ(rects, 4);  // Clip, fill, hatch, columns.
}

TEST(TextCache, CutsWithAnEllipsisOrShowsNothing) {
    TextCache texts(1);
    const std::string_view name = "systemd-journal";
    const int whole = texts.width(TextRole::Body, name);
    EXPECT_EQ(texts.fit(TextRole::Body, name, whole).bytes, name.size());
    const TextCut cut = texts.fit(TextRole::Body, name, whole - 1);
    EXPECT_LT(cut.bytes, name.size());
    EXPECT_GE(cut.bytes, 3u);
    EXPECT_LE(cut.width, whole - 1);
    EXPECT_FALSE(texts.fit(TextRole::Body, name, 12).shown());
    EXPECT_EQ(texts.fit(TextRole::Body, "žluťoučký", 30).bytes % 1, 0u);
}
