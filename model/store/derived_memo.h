// SPDX-License-Identifier: GPL-3.0-or-later
/// What was derived of a snapshot, shared by all who ask for it at the same time.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <typeindex>
#include <utility>

namespace kscope::model {

/// One value a type, made by the first who asks and kept while anyone holds it: a table of a
/// million requests is not made once a pane.
class DerivedMemo {
public:
    /// The value there is, else what `make` returns. Whoever asks meanwhile waits, so never from
    /// the GUI thread. `make` may itself ask for other types.
    template <class T, class Make> [[nodiscard]] std::shared_ptr<const T> of(Make&& make) const {
        const std::lock_guard lock(m_mutex);
        auto& slot = m_values[std::type_index(typeid(T))];
        if (auto known = slot.lock()) return std::static_pointer_cast<const T>(known);
        auto made = std::make_shared<const T>(std::forward<Make>(make)());
        slot = made;
        return made;
    }

private:
    mutable std::recursive_mutex m_mutex;
    mutable std::map<std::type_index, std::weak_ptr<const void>> m_values;
};

}  // namespace kscope::model
