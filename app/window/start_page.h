// SPDX-License-Identifier: GPL-3.0-or-later
/// What is seen while nothing is open: where to drop a trace, recent and sample traces, how to
/// record one.
#pragma once

#include "app/session/session.h"

#include <QScrollArea>

class QFrame;
class QLabel;
class QProgressBar;
class QPushButton;
class QVBoxLayout;

namespace kscope::app {

/// "A write that waits for the disk" for a sample's file name; the name itself where it has no
/// words.
[[nodiscard]] QString sampleTitle(const std::string& path);

class StartPage : public QScrollArea {
    Q_OBJECT
public:
    StartPage(Session& session, QWidget* parent);
    void retheme();     ///< Rich text holds colours: made anew.
    void followLoad();  ///< The card of the load under way.
    enum class Hint : std::uint8_t { Show, Hide };
    void setHint(Hint hint);
    /// Notes of the trace opened last: sign ("err", "note", "guess", "info"), title, reason.
    struct Note {
        QString sign;
        QString title;
        QString reason;
    };
    void setNotes(std::vector<Note> notes);
    [[nodiscard]] QString notesText() const;

signals:
    void openWanted();
    void folderWanted();
    void liveWanted();  ///< Poll this machine.
    void traceWanted(const std::vector<kscope::app::SourceSpec>& sources);
    void lookWanted();  ///< "Look at the first 6.4 s".
    void hintClosed();
    void said(const QString& text);

private:
    [[nodiscard]] QWidget* left();
    [[nodiscard]] QWidget* right();
    [[nodiscard]] QFrame* dropCard();
    [[nodiscard]] QFrame* loadCard();
    [[nodiscard]] QFrame* hintCard();
    void fillRecent();
    void fillSamples();
    void fillNotes();

    Session& m_session;
    std::vector<Note> m_notes;
    QVBoxLayout* m_recent = nullptr;
    QVBoxLayout* m_samples = nullptr;
    QVBoxLayout* m_notesBox = nullptr;
    QWidget* m_notesPart = nullptr;
    QFrame* m_load = nullptr;
    QLabel* m_loadTitle = nullptr;
    QLabel* m_loadText = nullptr;
    QProgressBar* m_loadBar = nullptr;
    QPushButton* m_look = nullptr;
    QFrame* m_hint = nullptr;
    QLabel* m_hintWords = nullptr;
    bool m_allRecent = false;
};

}  // namespace kscope::app
