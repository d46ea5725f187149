// SPDX-License-Identifier: GPL-3.0-or-later
/// The files of a uftrace data directory: found by what lies in it, never by names written in it.
#pragma once

#include "model/core/result.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::parsers {

/// A regular file of the directory, opened; no link was followed.
class UftraceFile {
public:
    UftraceFile(int descriptor, std::uint64_t size, std::string name);
    ~UftraceFile();
    UftraceFile(const UftraceFile&) = delete;
    UftraceFile& operator=(const UftraceFile&) = delete;
    [[nodiscard]] std::uint64_t size() const noexcept { return m_size; }  ///< As it was opened.
    [[nodiscard]] const std::string& name() const noexcept { return m_name; }
    /// As many bytes as there are at `offset`.
    [[nodiscard]] std::size_t read(std::uint64_t offset, std::span<char> into) const;
    /// At most `most` bytes from the begin.
    [[nodiscard]] std::string text(std::size_t most) const;

private:
    int m_descriptor;
    std::uint64_t m_size;
    std::string m_name;
};
using UftraceFilePtr = std::shared_ptr<const UftraceFile>;

class UftraceDirectory {
public:
    /// Names, at most a million; sorted.
    [[nodiscard]] static model::Result<UftraceDirectory> open(const std::string& path);
    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return m_names; }
    /// Null where it is no regular file of the directory itself.
    [[nodiscard]] UftraceFilePtr file(const std::string& name) const;

private:
    std::shared_ptr<const int> m_descriptor;
    std::vector<std::string> m_names;
};

/// "123.dat" → 123, "kernel-cpu3.dat" → 3; −1 where the name is another.
[[nodiscard]] std::int64_t numberInName(std::string_view name, std::string_view before,
                                        std::string_view after);

}  // namespace kscope::parsers
