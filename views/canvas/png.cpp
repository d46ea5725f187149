// SPDX-License-Identifier: GPL-3.0-or-later
/// PNG (ISO/IEC 15948): filter "up" and deflate in bands of rows that are joined to one zlib
/// stream.
#include "views/canvas/png.h"

#include "views/canvas/file_writer.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>
#include <unordered_map>

namespace kscope::views {
namespace {

using Bytes = std::vector<std::uint8_t>;

void put32(Bytes& out, std::uint32_t value) {
    for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<std::uint8_t>(value >> shift));
}
void putChunk(Bytes& out, const char* type, const std::uint8_t* data, std::size_t size) {
    put32(out, static_cast<std::uint32_t>(size));
    const std::size_t from = out.size();
    out.insert(out.end(), type, type + 4);
    out.insert(out.end(), data, data + size);
    put32(out, static_cast<std::uint32_t>(
                   crc32(0, out.data() + from, static_cast<uInt>(out.size() - from))));
}

/// Colours of the image, at most 256, in order of their first pixel.
class Palette {
public:
    static std::optional<Palette> of(const QImage& image) {
        Palette palette;
        for (int y = 0; y < image.height(); ++y) {
            const auto* const row = reinterpret_cast<const std::uint32_t*>(image.constScanLine(y));
            std::uint32_t last = ~row[0];
            for (int x = 0; x < image.width(); ++x) {
                if (row[x] == last) continue;
                last = row[x];
                if (palette.m_number
                        .try_emplace(last & 0xffffffu,
                                     static_cast<std::uint8_t>(palette.m_colours.size()))
                        .second) {
                    if (palette.m_colours.size() == 256) return std::nullopt;
                    palette.m_colours.push_back(last & 0xffffffu);
                }
            }
        }
        return palette;
    }
    [[nodiscard]] std::uint8_t number(std::uint32_t colour) const {
        return m_number.find(colour & 0xffffffu)->second;
    }
    [[nodiscard]] const std::vector<std::uint32_t>& colours() const { return m_colours; }

private:
    std::unordered_map<std::uint32_t, std::uint8_t> m_number;
    std::vector<std::uint32_t> m_colours;
};

/// Rows as PNG wants them, without the filter byte.
class Rows {
public:
    Rows(const QImage& image, const Palette* palette) : m_image(image), m_palette(palette) {}
    [[nodiscard]] std::size_t bytes() const {
        return static_cast<std::size_t>(m_image.width()) * (m_palette ? 1 : 3);
    }
    void pack(int y, std::uint8_t* out) const {
        const auto* const row = reinterpret_cast<const std::uint32_t*>(m_image.constScanLine(y));
        const int width = m_image.width();
        if (!m_palette) {
            for (int x = 0; x < width; ++x, out += 3) {
                out[0] = static_cast<std::uint8_t>(row[x] >> 16);
                out[1] = static_cast<std::uint8_t>(row[x] >> 8);
                out[2] = static_cast<std::uint8_t>(row[x]);
            }
            return;
        }
        std::uint32_t last = ~row[0];
        std::uint8_t number = 0;
        for (int x = 0; x < width; ++x) {
            if (row[x] != last) number = m_palette->number(last = row[x]);
            out[x] = number;
        }
    }

private:
    const QImage& m_image;
    const Palette* m_palette;
};

struct DeflatedBand {
    Bytes data;
    uLong adler = 1;
    std::size_t raw = 0;
};

/// Rows [top, bottom) filtered and deflated; all but the last band end with a full flush, so that
/// bands can be joined.
DeflatedBand deflateBand(const Rows& rows, int top, int bottom, bool last) {
    DeflatedBand band;
    const std::size_t size = rows.bytes();
    Bytes above(size), here(size);
    Bytes filtered;
    filtered.reserve((size + 1) * static_cast<std::size_t>(bottom - top));
    if (top > 0) rows.pack(top - 1, above.data());
    for (int y = top; y < bottom; ++y) {
        rows.pack(y, here.data());
        const std::size_t at = filtered.size();
        filtered.resize(at + size + 1);
        std::uint8_t* const out = filtered.data() + at;
        out[0] = 2;  // Up: rows of lanes repeat.
        for (std::size_t i = 0; i < size; ++i)
            out[i + 1] = static_cast<std::uint8_t>(here[i] - above[i]);
        std::swap(above, here);
    }
    band.raw = filtered.size();
    band.adler =
        adler32(adler32(0, nullptr, 0), filtered.data(), static_cast<uInt>(filtered.size()));
    z_stream stream{};
    // Raw deflate; level 1 finds the long runs of zeros that the filter leaves.
    if (deflateInit2(&stream, 1, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::bad_alloc();
    band.data.resize(deflateBound(&stream, static_cast<uLong>(filtered.size())) + 64);
    stream.next_in = filtered.data();
    stream.avail_in = static_cast<uInt>(filtered.size());
    stream.next_out = band.data.data();
    stream.avail_out = static_cast<uInt>(band.data.size());
    (void)deflate(&stream, last ? Z_FINISH : Z_FULL_FLUSH);
    band.data.resize(stream.total_out);
    deflateEnd(&stream);
    return band;
}

Bytes zlibStream(const QImage& image, const Palette* palette, model::ThreadPool* pool) {
    const Rows rows(image, palette);
    const int height = image.height();
    const int bands = std::clamp(height / 64, 1, 16);
    std::vector<DeflatedBand> done(static_cast<std::size_t>(bands));
    const auto one = [&](std::size_t i) {
        const auto n = static_cast<int>(i);
        done[i] = deflateBand(rows, height * n / bands, height * (n + 1) / bands, n + 1 == bands);
    };
    if (pool) {
        model::parallelFor(*pool, done.size(), one);
    } else {
        for (std::size_t i = 0; i < done.size(); ++i) one(i);
    }
    Bytes out{0x78, 0x01};
    uLong adler = 1;
    for (const DeflatedBand& band : done) {
        out.insert(out.end(), band.data.begin(), band.data.end());
        adler = adler32_combine(adler, band.adler, static_cast<z_off_t>(band.raw));
    }
    put32(out, static_cast<std::uint32_t>(adler));
    return out;
}

}  // namespace

std::vector<std::uint8_t> encodePng(const QImage& image, double ratio, model::ThreadPool* pool) {
    Bytes out{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    const std::optional<Palette> palette = Palette::of(image);
    Bytes header;
    put32(header, static_cast<std::uint32_t>(image.width()));
    put32(header, static_cast<std::uint32_t>(image.height()));
    for (const int byte : {8, palette ? 3 : 2, 0, 0, 0})
        header.push_back(static_cast<std::uint8_t>(byte));
    putChunk(out, "IHDR", header.data(), header.size());
    Bytes physical;
    const auto dots = static_cast<std::uint32_t>(
        std::lround(3780 * ratio));  // 96 dpi and its multiples, a metre.
    put32(physical, dots);
    put32(physical, dots);
    physical.push_back(1);
    putChunk(out, "pHYs", physical.data(), physical.size());
    if (palette) {
        Bytes colours;
        for (const std::uint32_t c : palette->colours())
            for (const int shift : {16, 8, 0})
                colours.push_back(static_cast<std::uint8_t>(c >> shift));
        putChunk(out, "PLTE", colours.data(), colours.size());
    }
    const Bytes data = zlibStream(image, palette ? &*palette : nullptr, pool);
    putChunk(out, "IDAT", data.data(), data.size());
    putChunk(out, "IEND", nullptr, 0);
    return out;
}

model::Result<void> writeFile(const std::string& path, const void* data, std::size_t size) {
    FileWriter file(path);
    file.write({static_cast<const char*>(data), size});
    return file.commit();
}

}  // namespace kscope::views
