// SPDX-License-Identifier: GPL-3.0-or-later
/// Watches the files of an open trace.
#include "app/session/source_watch.h"

#include <filesystem>

namespace kscope::app {

namespace fs = std::filesystem;

SourceWatch::SourceWatch(model::ThreadPool& pool, QObject* parent)
    : QObject(parent),
      m_pool(pool) {}

SourceWatch::~SourceWatch() = default;

void SourceWatch::watch(const model::TracePtr& trace) {
    ++m_number;
    delete m_watcher;
    m_watcher = nullptr;
    m_files.clear();
    m_told.clear();
    if (!trace) return;
    QStringList paths;
    for (std::size_t i = 0; i < trace->sources().size(); ++i) {
        const auto& source = trace->sources()[i];
        std::error_code error;
        // Files of tracefs and of /proc have no size, pipes no end: they change all the time.
        if (!fs::is_regular_file(source.path, error) || fs::file_size(source.path, error) == 0)
            continue;
        m_files.push_back(
            {source.path, source.bytes, model::SourceId{static_cast<std::uint16_t>(i)}});
        paths << QString::fromStdString(source.path);
    }
    if (paths.isEmpty()) return;
    m_watcher = new QFileSystemWatcher(this);
    m_watcher->addPaths(paths);
    connect(m_watcher, &QFileSystemWatcher::fileChanged, this, &SourceWatch::look);
}

void SourceWatch::look(const QString& path) {
    for (const auto& file : m_files) {
        if (QString::fromStdString(file.path) != path) continue;
        m_pool.submit([file, number = m_number, this] {
            std::error_code error;
            const auto bytes = fs::file_size(file.path, error);
            if (!error && bytes >= file.bytes) return;
            const auto kind =
                error ? model::DiagnosticKind::SourceVanished : model::DiagnosticKind::SourceShrank;
            QMetaObject::invokeMethod(
                this,
                [this, number, file, kind, left = error ? 0 : bytes] {
                    if (number == m_number && m_told.insert(file.source).second)
                        emit changed(file.source, kind, left);
                },
                Qt::QueuedConnection);
        });
    }
}

}  // namespace kscope::app
