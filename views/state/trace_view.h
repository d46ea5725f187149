// SPDX-License-Identifier: GPL-3.0-or-later
/// The one selection that every pane follows and can set: window, cursors, item, lanes, filter,
/// search, bookmarks.
#pragma once

#include "model/query/filter.h"
#include "model/query/row_set.h"
#include "model/store/trace.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>

#include <optional>
#include <vector>

namespace kscope::views {

/// Names a lane for good: it stays the same when the trace grows.
struct LaneKey {
    enum class Kind : std::uint8_t { Cpu, Task, EventName, Device, Group } kind = Kind::Cpu;
    std::uint32_t id = 0;  ///< raw CpuId, TaskId, StringId of the name, DeviceId, group number.
    friend auto operator<=>(const LaneKey&, const LaneKey&) = default;
};

/// The focused item; exactly one or none.
struct Item {
    enum class Kind : std::uint8_t {
        None,
        Event,
        Slice,
        Irq,
        Softirq,
        Gap,
        Task,
        Note,
        Told  ///< No row of the trace: an interrupt line, a zone, a process; told by ItemTold.
    } kind = Kind::None;
    LaneKey lane;
    model::EventIndex event{};  ///< Event: the row. Slice: the row that begins it, where known.
    model::TimeRange span;      ///< Of a slice, irq, gap.
    std::uint32_t value = 0;    ///< Lane value of the slice; diagnostic index of a note.
    model::TaskId task = model::kNoTask;
    model::CpuId cpu = model::kUnknownCpu;
    friend bool operator==(const Item&, const Item&) = default;
};

/// What a pane tells of a picked thing that has no row in the trace, as it was when it was picked.
struct ItemTold {
    QString title;
    QStringList lines;                               ///< Sentences.
    std::vector<std::pair<QString, QString>> facts;  ///< Name, and value with its unit.
    friend bool operator==(const ItemTold&, const ItemTold&) = default;
};

struct Bookmark {
    model::Timestamp time{};
    QString text;
    int colour = -1;  ///< Hue slot, −1: plain.
    friend bool operator==(const Bookmark&, const Bookmark&) = default;
};

enum class LaneHeight : std::uint8_t { Compact, Normal, Tall };
enum class TimeFormat : std::uint8_t { SinceStart, Absolute, SinceCursorA, WallClock };
/// What the colour of a running slice stands for.
enum class ColourBy : std::uint8_t { Task, Cpu, Priority };
enum class Arrows : std::uint8_t { None, OfItem, All };
enum class Presence : std::uint8_t { Hidden, Shown };
/// A lane whose bar was given a height of its own.
struct LaneBar {
    LaneKey lane;
    int height = 0;  ///< Logical pixels, kLeastBar to kMostBar.
    friend bool operator==(const LaneBar&, const LaneBar&) = default;
};
/// The fields of Functions' filter strip, as they were typed.
struct CallFilterText {
    QString only, hide;
    QString atLeast;  ///< "50us"; empty: all.
    int depth = 0;    ///< 0: all, at most kMostCallDepth.
    friend bool operator==(const CallFilterText&, const CallFilterText&) = default;
};
inline constexpr int kMostCallDepth = 1023;
inline constexpr int kLeastBar = 10;
inline constexpr int kMostBar = 120;

/// All that view undo covers and a .kscope file keeps.
struct ViewState {
    model::TimeRange window;
    std::optional<model::Timestamp> cursorA;
    std::optional<model::Timestamp> cursorB;
    std::vector<LaneKey> lanes;  ///< Order of lanes; empty: the default lanes.
    std::vector<LaneKey> pinned;
    std::vector<LaneKey> hidden;
    std::vector<LaneKey> folded;
    std::vector<LaneKey> selectedLanes;
    LaneHeight height = LaneHeight::Normal;
    std::vector<LaneBar> ownBars;  ///< Lanes that do not follow `height`.
    ColourBy colourBy = ColourBy::Task;
    Arrows arrows = Arrows::OfItem;
    Presence rawFields = Presence::Hidden;  ///< In tooltips.
    Presence idleTasks = Presence::Hidden;  ///< Their runs in CPU lanes.
    QString filter;
    CallFilterText callFilter;  ///< Of Functions.
    std::vector<Bookmark> bookmarks;
    TimeFormat timeFormat = TimeFormat::SinceStart;
    int tab = 0;
    std::vector<model::CpuId> onlyCpus;        ///< Empty: all.
    std::vector<model::TaskId> onlyTasks;      ///< Empty: all ("Only this task").
    std::vector<model::StringId> onlyNames;    ///< Kinds of events; empty: all.
    std::vector<model::DeviceId> onlyDevices;  ///< Their lanes; empty: all.
    [[nodiscard]] bool restricted() const {
        return !onlyCpus.empty() || !onlyTasks.empty() || !onlyNames.empty() ||
               !onlyDevices.empty();
    }
    friend bool operator==(const ViewState&, const ViewState&) = default;
};

/// Lives on the GUI thread. Holds no rows: snapshot pointer, sets of rows, and the state above.
class TraceView : public QObject {
    Q_OBJECT
public:
    enum class Undo : std::uint8_t {
        Record,
        Merge,
        Skip
    };  ///< Merge: joins with a step of the same name within 600 ms.
    explicit TraceView(QObject* parent = nullptr);

    [[nodiscard]] const model::TracePtr& trace() const {
        return m_trace;
    }  ///< Null: no trace open.
    /// A new snapshot; the window stays unless it showed the whole trace. Null: everything goes
    /// back to the begin.
    void setTrace(model::TracePtr trace);
    [[nodiscard]] const ViewState& state() const { return m_state; }
    void setState(const ViewState& state, const QString& undoName, Undo undo = Undo::Record);

    [[nodiscard]] model::TimeRange window() const { return m_state.window; }
    /// Keeps the window inside the trace (half a window of margin) and at least 16 ns long.
    void setWindow(model::TimeRange window, const QString& undoName = {}, Undo undo = Undo::Merge);
    void zoomAt(model::Timestamp centre, double factor);  ///< > 1 zooms in.
    void panBy(double windows);
    void showWhole();
    void fit(model::TimeRange range, double margin = 0.0);
    void reveal(model::TimeRange range);  ///< Pans by the least amount, keeps the zoom.

    [[nodiscard]] std::optional<model::TimeRange>
    range() const;  ///< Between the cursors, where both are set.
    void setCursors(std::optional<model::Timestamp> a, std::optional<model::Timestamp> b,
                    const QString& undoName = {});
    void clearRange();
    void setPointer(std::optional<model::Timestamp> time);
    [[nodiscard]] std::optional<model::Timestamp> pointer() const { return m_pointer; }

    [[nodiscard]] const Item& item() const { return m_item; }
    /// `told` is of an item of Kind::Told alone.
    void setItem(const Item& item, const ItemTold& told = {});
    [[nodiscard]] const ItemTold& told() const { return m_told; }
    void selectEvent(model::EventIndex event);  ///< Makes the item of it, reveals it.
    void setHover(model::TaskId task);          ///< Lifts this task everywhere; kNoTask: none.
    [[nodiscard]] model::TaskId hover() const { return m_hover; }
    /// The task that stands out in every view: the one under the pointer, else one picked as a
    /// whole (Item::Kind::Task); kNoTask: none.
    [[nodiscard]] model::TaskId lifted() const {
        return m_hover != model::kNoTask         ? m_hover
               : m_item.kind == Item::Kind::Task ? m_item.task
                                                 : model::kNoTask;
    }

    /// Rows that the filter lets through; null: all. Computed off this thread by the session, then
    /// set here.
    [[nodiscard]] const model::RowSetPtr& filterRows() const { return m_filterRows; }
    void setFilterRows(model::RowSetPtr rows);
    /// What the filter leaves out: pale in plots, or not there. A setting, not part of the state.
    [[nodiscard]] Presence filteredOut() const { return m_filteredOut; }
    void setFilteredOut(Presence presence);
    [[nodiscard]] const model::RowSetPtr& searchRows() const {
        return m_searchRows;
    }  ///< Null: no search.
    void setSearchRows(model::RowSetPtr rows);

    void addBookmark(model::Timestamp time,
                     const QString& text);  ///< Numbers follow the order of making.
    void setBookmarks(std::vector<Bookmark> bookmarks, const QString& undoName);
    void setFilterText(
        const QString& text);  ///< Of a rule that is right; its rows follow by setFilterRows().
    void setCallFilter(const CallFilterText& filter);
    void setTimeFormat(TimeFormat format);
    void setTab(int tab);
    void undo();
    void redo();
    [[nodiscard]] QString undoName() const;  ///< Empty: nothing to undo.
    [[nodiscard]] QString redoName() const;

signals:
    void traceChanged();
    void windowChanged();
    void rangeChanged();
    void pointerChanged();
    void itemChanged();
    void hoverChanged();
    void lanesChanged();
    void filterChanged();
    void searchChanged();
    void callFilterChanged();
    void bookmarksChanged();
    void formatChanged();  ///< Time format.
    void tabChanged();
    void undoChanged();
    void status(const QString& text);  ///< A line for the status bar.

private:
    struct Step {
        QString name;
        QString kind;     ///< Steps of one kind within 600 ms are one; empty: never.
        ViewState state;  ///< Before the step (undo) or after it (redo).
        qint64 atMs = 0;
    };
    void record(const QString& name, const QString& kind);
    void change(const ViewState& next, const QString& name, const QString& kind, Undo undo);
    void apply(const ViewState& next);
    void tellChanges(const ViewState& before);
    [[nodiscard]] model::TimeRange clamped(model::TimeRange window) const;
    model::TracePtr m_trace;
    ViewState m_state;
    Item m_item;
    ItemTold m_told;
    std::optional<model::Timestamp> m_pointer;
    model::TaskId m_hover = model::kNoTask;
    model::RowSetPtr m_filterRows;
    Presence m_filteredOut = Presence::Shown;
    model::RowSetPtr m_searchRows;
    std::vector<Step> m_undo;
    std::vector<Step> m_redo;
    QElapsedTimer m_clock;
};

}  // namespace kscope::views
