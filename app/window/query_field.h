// SPDX-License-Identifier: GPL-3.0-or-later
/// The toolbar's search and filter fields: an icon, the text with a mistake marked under its word,
/// a note at the right.
#pragma once

#include "model/query/filter.h"

#include <QFrame>

#include <optional>

class QLabel;
class QLineEdit;
class QToolButton;

namespace kscope::app {

class QueryField : public QFrame {
    Q_OBJECT
public:
    QueryField(const QString& iconName, const QString& placeholder, const QString& name,
               QWidget* parent);

    [[nodiscard]] QString text() const;
    void setText(const QString& text);  ///< Without `edited`; a text being typed stays.
    void setNote(const QString& note);  ///< At the right: "318 of 2 041", a key.
    [[nodiscard]] QString note() const;
    /// Marks the word and says beneath the field what is wrong; none: all is well.
    void setFault(const std::optional<model::FilterFault>& fault);
    [[nodiscard]] QString faultText() const;  ///< Empty: none.
    void focusField();
    [[nodiscard]] bool hasFieldFocus() const;
    [[nodiscard]] QLineEdit* edit() { return m_edit; }
    [[nodiscard]] QSize sizeHint() const override;
    void setWanted(int width) { m_wanted = width; }

signals:
    void edited(const QString& text);                ///< By a person, at each key.
    void accepted(Qt::KeyboardModifiers modifiers);  ///< Enter.
    void cleared();                                  ///< The cross.

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void markWord();
    void placeFault();
    QLineEdit* m_edit;
    QLabel* m_note;
    QToolButton* m_clear;
    QLabel* m_faultLabel = nullptr;
    std::optional<model::FilterFault> m_fault;
    int m_wanted = 300;
};

}  // namespace kscope::app
