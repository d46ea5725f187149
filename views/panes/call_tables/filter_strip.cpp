// SPDX-License-Identifier: GPL-3.0-or-later
/// Fields of the filters of Functions.
#include "views/panes/call_tables/filter_strip.h"

#include "views/panes/pane_look.h"
#include "views/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QToolButton>

namespace kscope::views {
namespace {

constexpr int kTypingRestMs = 200;  // so that a word being typed is not filtered letter by letter
constexpr int kStripHeight = 32;

}  // namespace

CallFilterStrip::CallFilterStrip(QWidget* parent)
    : QWidget(parent),
      m_only(new QLineEdit(this)),
      m_hide(new QLineEdit(this)),
      m_depth(new QSpinBox(this)),
      m_threshold(new QLineEdit(this)),
      m_clear(new QToolButton(this)),
      m_status(new QLabel(this)) {
    setFixedHeight(kStripHeight);
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(12, 0, 12, 0);
    line->setSpacing(6);
    const auto add = [&](const QString& word, QWidget* field, const QString& help, int width) {
        auto* label = new QLabel(word, this);
        label->setFont(views::font(TextRole::Small));
        label->setBuddy(field);
        label->setToolTip(help);
        field->setToolTip(help);
        field->setAccessibleName(word);
        field->setMaximumWidth(width);
        field->setMinimumWidth(std::min(width, 64));
        field->setFixedHeight(22);
        line->addWidget(label);
        line->addWidget(field, width > 100 ? 1 : 0);
        line->addSpacing(6);
    };
    add(tr("Only"), m_only,
        tr("Only these functions and what they call (uftrace -F). * stands for any letters; more "
           "names with a semicolon between."),
        200);
    add(tr("Hide"), m_hide, tr("Not these functions, nor what they call (uftrace -N)."), 200);
    add(tr("Depth"), m_depth, tr("So many levels of calls (uftrace -D)."), 72);
    add(tr("At least"), m_threshold,
        tr("Only calls that lasted this long: 50us, 1.5 ms (uftrace -t)."), 84);
    m_only->setPlaceholderText(tr("function; vfs_*"));
    m_hide->setPlaceholderText(tr("function"));
    m_threshold->setPlaceholderText(tr("50us"));
    m_depth->setRange(0, kMostCallDepth);
    m_depth->setSpecialValueText(tr("all"));
    m_clear->setText(tr("Clear"));
    m_clear->setAutoRaise(true);
    m_clear->setToolTip(tr("Show all calls"));
    m_clear->setEnabled(false);
    line->addWidget(m_clear);
    line->addStretch(1);
    m_status->setFont(views::font(TextRole::Small));
    line->addWidget(m_status);
    for (auto* field : {m_only, m_hide}) field->setClearButtonEnabled(true);
    m_rest.setSingleShot(true);
    m_rest.setInterval(kTypingRestMs);
    const auto touched = [this] { m_rest.start(); };
    for (auto* field : {m_only, m_hide, m_threshold}) {
        connect(field, &QLineEdit::textChanged, this, touched);
        connect(field, &QLineEdit::returnPressed, this, &CallFilterStrip::check);
    }
    connect(m_depth, qOverload<int>(&QSpinBox::valueChanged), this, touched);
    connect(&m_rest, &QTimer::timeout, this, &CallFilterStrip::check);
    connect(m_clear, &QToolButton::clicked, this, &CallFilterStrip::clear);
}

model::CallFilter CallFilterStrip::filter() const {
    model::CallFilter made;
    made.only = model::callPatterns(m_only->text().toStdString());
    made.hide = model::callPatterns(m_hide->text().toStdString());
    made.depth = static_cast<std::uint32_t>(m_depth->value());
    made.threshold = threshold().value_or(m_told.threshold);
    return made;
}

model::Result<std::int64_t> CallFilterStrip::threshold() const {
    return model::parseCallThreshold(m_threshold->text().toStdString(), m_unit.toStdString());
}

void CallFilterStrip::setCountUnit(const QString& unit) {
    if (unit == m_unit) return;
    m_unit = unit;
    m_threshold->setPlaceholderText(unit.isEmpty() ? tr("50us") : unit);
    check();
}

void CallFilterStrip::check() {
    m_rest.stop();
    const auto now = filter();
    const auto time = threshold();
    if (time) m_goodThreshold = m_threshold->text();
    m_mistake = time ? QString() : QString::fromStdString(time.error().message);
    auto palette = m_threshold->palette();
    palette.setColor(QPalette::Text, time ? this->palette().color(QPalette::Text)
                                          : QColor::fromRgb(themeOf(*this).statusError));
    m_threshold->setPalette(palette);
    setStatus(m_said);
    m_clear->setEnabled(!now.empty() || !time);
    if (now == m_told) return;
    m_told = now;
    emit changed();
}

CallFilterText CallFilterStrip::texts() const {
    return {.only = m_only->text(),
            .hide = m_hide->text(),
            .atLeast = m_goodThreshold,
            .depth = m_depth->value()};
}

void CallFilterStrip::setTexts(const CallFilterText& texts) {
    if (texts == this->texts()) return;  // a threshold half typed stays
    m_only->setText(texts.only);
    m_hide->setText(texts.hide);
    m_threshold->setText(texts.atLeast);
    m_depth->setValue(texts.depth);
    check();
}

void CallFilterStrip::clear() {
    m_only->clear();
    m_hide->clear();
    m_threshold->clear();
    m_depth->setValue(0);
    check();
}

void CallFilterStrip::setOnly(const QString& function) {
    m_only->setText(function);
    check();
}

void CallFilterStrip::addHidden(const QString& function) {
    const auto before = m_hide->text().trimmed();
    m_hide->setText(before.isEmpty() ? function : before + QStringLiteral("; ") + function);
    check();
}

void CallFilterStrip::setStatus(const QString& text) {
    m_said = text;
    m_status->setText(m_mistake.isEmpty() ? text : m_mistake);
}

}  // namespace kscope::views
