// SPDX-License-Identifier: GPL-3.0-or-later
/// The details pane: what the focused item is, in a sentence, and what led to it.
#pragma once

#include "views/panes/details/details_content.h"
#include "views/panes/pane_work.h"

#include <QScrollArea>
#include <QTimer>

namespace kscope::views {

class TraceView;

class DetailsPane : public QScrollArea {
    Q_OBJECT
public:
    explicit DetailsPane(TraceView* view, QWidget* parent = nullptr);
    ~DetailsPane() override;

    /// What is shown now; filled in two steps, since an event's text is read off this thread.
    [[nodiscard]] const DetailsContent& content() const { return m_content; }
    /// All that is shown as plain text.
    [[nodiscard]] QString plainText() const;
    void copyAll() const;

protected:
    void changeEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void refresh();
    void present(DetailsContent content, model::TracePtr trace);
    void build();  // the page, of m_content
    void follow(const QString& link);

    TraceView* m_view;
    PaneWork* m_work;
    LatestJob m_job;
    LatestJob m_placeJob;
    QTimer m_windowTimer;
    DetailsContent m_content;
    model::TracePtr m_contentTrace;  // that m_content speaks of
};

}  // namespace kscope::views
