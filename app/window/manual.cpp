// SPDX-License-Identifier: GPL-3.0-or-later
/// The manual: one page a view.
#include "app/window/manual.h"

#include "views/theme/theme.h"

#include <QFile>
#include <QHBoxLayout>
#include <QListWidget>
#include <QTextBrowser>

namespace kscope::app {

namespace {

struct ManualPage {
    const char* name;
    const char* title;
};
constexpr ManualPage kPages[] = {
    {"start", QT_TRANSLATE_NOOP("kscope::app::ManualDialog", "Opening a Trace")},
    {"timeline", QT_TRANSLATE_NOOP("kscope::app::ManualDialog", "Timeline")},
    {"blocks", QT_TRANSLATE_NOOP("kscope::app::ManualDialog", "Blocks")},
    {"functions", QT_TRANSLATE_NOOP("kscope::app::ManualDialog", "Functions")},
    {"interrupts", QT_TRANSLATE_NOOP("kscope::app::ManualDialog", "Interrupts")},
    {"memory", QT_TRANSLATE_NOOP("kscope::app::ManualDialog", "Memory")},
    {"processes", QT_TRANSLATE_NOOP("kscope::app::ManualDialog", "Processes")},
    {"events", QT_TRANSLATE_NOOP("kscope::app::ManualDialog", "Events")},
    {"notes", QT_TRANSLATE_NOOP("kscope::app::ManualDialog", "Notes")},
    {"live", QT_TRANSLATE_NOOP("kscope::app::ManualDialog", "Watching a Machine")},
};

}  // namespace

ManualDialog::ManualDialog(QWidget* parent)
    : QDialog(parent),
      m_pages(new QListWidget(this)),
      m_text(new QTextBrowser(this)) {
    setWindowTitle(tr("Manual"));
    resize(820, 560);
    m_pages->setObjectName(QStringLiteral("pages"));
    m_pages->setAccessibleName(tr("Pages"));
    m_pages->setFixedWidth(m_pages->fontMetrics().averageCharWidth() * 26);
    for (const auto& page : kPages) {
        auto* item = new QListWidgetItem(tr(page.title), m_pages);
        item->setData(Qt::UserRole, QString::fromLatin1(page.name));
    }
    m_text->setAccessibleName(tr("Manual"));
    m_text->setFont(views::font(views::TextRole::Body));
    m_text->document()->setDocumentMargin(14);
    m_text->document()->setIndentWidth(18);
    auto* row = new QHBoxLayout(this);
    row->addWidget(m_pages);
    row->addWidget(m_text, 1);
    connect(m_pages, &QListWidget::currentRowChanged, this, [this] {
        QFile file(QStringLiteral(":/manual/%1.md").arg(page()));
        if (file.open(QIODevice::ReadOnly)) m_text->setMarkdown(QString::fromUtf8(file.readAll()));
    });
}

void ManualDialog::showPage(const QString& name) {
    for (int row = 0; row < m_pages->count(); ++row)
        if (m_pages->item(row)->data(Qt::UserRole).toString() == name) m_pages->setCurrentRow(row);
}

QString ManualDialog::page() const {
    const auto* item = m_pages->currentItem();
    return item == nullptr ? QString() : item->data(Qt::UserRole).toString();
}

QString ManualDialog::text() const { return m_text->toPlainText(); }

}  // namespace kscope::app
