// SPDX-License-Identifier: GPL-3.0-or-later
/// The lines of the replay: paints those in view, of any number.
#pragma once

#include "model/derive/replay_lines.h"
#include "model/items/text_fetcher.h"
#include "views/panes/table/cell_painter.h"
#include "views/panes/table/row_area.h"

#include <QTimer>

namespace kscope::views {

class TraceView;

class ReplayBody : public RowArea {
    Q_OBJECT
public:
    ReplayBody(TraceView* view, model::ThreadPool& pool, QWidget* parent = nullptr);
    ~ReplayBody() override;

    /// Null: none. The current call stays where the lines are of the same task.
    void setLines(std::shared_ptr<model::ReplayLines> lines);
    /// Of several tasks: nothing of them is folded.
    void setMerged(std::shared_ptr<const model::ReplayPage> lines);
    [[nodiscard]] const model::ReplayPage* lines() const { return m_lines.get(); }
    void setEmptyText(const QString& text);
    void setMarked(std::optional<model::FunctionKey> function);
    void setSearch(const QString& words);

    [[nodiscard]] std::optional<std::uint64_t> current() const { return m_current; }
    void setCurrent(std::uint64_t line);  ///< Scrolls to it; to the middle from further away.
    void showCall(std::size_t task, std::uint32_t call);  ///< Where it is within the lines.
    /// What lies there becomes the current line; none there.
    std::optional<std::uint64_t> pickAt(QPoint place);
    void toggleFold(std::uint64_t line);
    void refold();  ///< After lines were folded from outside.
    [[nodiscard]] QString textOf(std::uint64_t line) const;  ///< As drawn, with its indent.
    /// Of the columns before the call: how long it took, and when; of folded stacks weights.
    [[nodiscard]] QString tookText(const model::ReplayLine& line) const;
    [[nodiscard]] QString atText(const model::ReplayLine& line) const;
    [[nodiscard]] std::uint64_t topLine() const { return m_scroll.top(); }

signals:
    void picked(quint64 line);  ///< By a person.
    void opened(quint64 line);  ///< Double click, Enter.
    void copyRequested();
    void found(int direction);  ///< N, Shift+N: to the next hit.

protected:
    [[nodiscard]] std::uint64_t lineCount() const override;
    [[nodiscard]] int contentWidth() const override { return m_widest; }
    [[nodiscard]] bool handlesKey(const QKeyEvent& event) const override;
    void resetFonts() override;
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;

private:
    void pick(std::uint64_t line);
    void move(std::int64_t lines);
    [[nodiscard]] std::optional<std::uint64_t> lineAt(int y) const;
    [[nodiscard]] model::EventIndex rowOf(const model::ReplayLine& line) const;
    [[nodiscard]] std::string callText(const model::ReplayLine& line) const;
    [[nodiscard]] int indentPx(std::uint32_t level) const;
    [[nodiscard]] int tidPx() const;  ///< Of the column with the task's number; 0: none.
    [[nodiscard]] QString tidText(const model::ReplayLine& line) const;
    void setPage(std::shared_ptr<const model::ReplayPage> lines);
    [[nodiscard]] bool foldable(const model::ReplayLine& line) const;
    void paintLine(QPainter& painter, std::uint64_t number, int y);
    void paintBack(QPainter& painter, const model::ReplayLine& line, std::uint64_t number, int y);
    void wantTexts();

    TraceView* m_view;
    items::TextFetcher* m_texts;
    QWidget* m_head;
    std::shared_ptr<const model::ReplayPage> m_lines;  // what is shown
    std::shared_ptr<model::ReplayLines> m_folds;       // the same, where it is of one task
    CellPainter m_cells;
    std::optional<std::uint64_t> m_current;
    std::optional<model::FunctionKey> m_marked;
    std::string m_search;
    QTimer m_wantTimer;
    bool m_counts = false;  // weights stand where times would
    int m_widest = 0;       // of the lines painted so far
};

}  // namespace kscope::views
