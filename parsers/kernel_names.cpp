// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads the file as a whole: a kernel has some two hundred thousand symbols.
#include "parsers/kernel_names.h"

#include "parsers/uftrace/uftrace_symbols.h"

#include <fmt/format.h>

#include <fstream>

namespace kscope::parsers {
namespace {

constexpr std::size_t kMostBytes = 256u << 20;
constexpr std::uint64_t kReach = 1 << 20;  // an address further behind a symbol is not of it

class KernelNames final : public model::AddressNames {
public:
    explicit KernelNames(std::string text) : m_table(std::move(text), "kallsyms") {}
    std::optional<Found> find(std::uint64_t address) const override {
        const auto* const symbol = m_table.find(address);
        if (symbol == nullptr || symbol->address == 0 || address - symbol->address >= kReach)
            return std::nullopt;
        return Found{symbol->name, address - symbol->address};
    }
    [[nodiscard]] bool any() const { return m_table.end() > kReach; }

private:
    UftraceSymbolTable m_table;
};

}  // namespace

model::Result<model::AddressNamesPtr> readKernelNames(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text;
    for (char piece[65536]; file && text.size() < kMostBytes;) {
        file.read(piece, sizeof piece);
        text.append(piece, static_cast<std::size_t>(file.gcount()));
    }
    if (text.empty())
        return model::failure(fmt::format("{}: cannot be read, or is empty; name a copy of "
                                          "/proc/kallsyms or a System.map",
                                          path));
    auto names = std::make_shared<KernelNames>(std::move(text));
    if (!names->any())
        return model::failure(fmt::format(
            "{}: names no addresses of a kernel; /proc/kallsyms shows zeros to all but root",
            path));
    return names;
}

}  // namespace kscope::parsers
