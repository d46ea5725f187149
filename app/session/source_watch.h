// SPDX-License-Identifier: GPL-3.0-or-later
/// Watches the files of an open trace: one that shrinks or vanishes is told, since its texts can no
/// longer be read.
#pragma once

#include "model/core/diagnostics.h"
#include "model/core/thread_pool.h"
#include "model/store/trace.h"

#include <QFileSystemWatcher>
#include <QObject>

#include <set>

namespace kscope::app {

/// Lives on the GUI thread; files are looked at on `pool`, which must outlive this.
class SourceWatch : public QObject {
    Q_OBJECT
public:
    SourceWatch(model::ThreadPool& pool, QObject* parent);
    ~SourceWatch() override;
    /// In place of what was watched: the ordinary files of this trace. Null: nothing.
    void watch(const model::TracePtr& trace);

signals:
    /// Once a source: SourceVanished, or SourceShrank with the bytes that are left.
    void changed(kscope::model::SourceId source, kscope::model::DiagnosticKind kind,
                 std::uint64_t bytesLeft);

private:
    struct Watched {
        std::string path;
        std::uint64_t bytes = 0;
        model::SourceId source{};
    };
    void look(const QString& path);

    model::ThreadPool& m_pool;
    QFileSystemWatcher* m_watcher = nullptr;  // made when there is something to watch
    std::vector<Watched> m_files;
    std::set<model::SourceId> m_told;
    std::uint64_t m_number = 0;  // of what is watched: answers about what was before are dropped
};

}  // namespace kscope::app
