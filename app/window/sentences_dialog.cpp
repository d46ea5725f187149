// SPDX-License-Identifier: GPL-3.0-or-later
/// Plain Words for Events.
#include "app/window/sentences_dialog.h"

#include "app/window/look.h"
#include "app/window/qt_text.h"
#include "model/core/format.h"
#include "model/words/words.h"
#include "views/theme/theme.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>

#include <algorithm>

namespace kscope::app {

namespace {

enum RuleColumn : int { kEventColumn, kCountColumn, kRuleColumn };
enum PartColumn : int { kPlaceholder, kGives, kMeaning };

struct FirstEvent {
    QString sentence;
    std::vector<model::SentencePart> parts;
};
/// The first event of that name; nothing where there is none.
FirstEvent firstEvent(const model::Trace& trace, const std::string& name,
                      const std::stop_token& stop) {
    for (std::size_t i = 0; i < trace.chunks() && !stop.stop_requested(); ++i) {
        const auto& chunk = trace.chunk(i);
        const auto known = std::ranges::any_of(
            chunk.names, [&](model::StringId id) { return trace.text(id) == name; });
        if (!known) continue;
        for (std::size_t row = 0; row < chunk.rows(); ++row) {
            const auto event = trace.event(i, static_cast<model::Row>(row));
            if (trace.text(event.name) != name) continue;
            const auto& source = trace.sources()[raw(event.source)];
            const auto read = source.text ? source.text->eventText(event.position)
                                          : model::failure(std::string());
            if (!read) return {};
            return {text(model::eventSentence(trace, event, read->args)),
                    model::sentenceParts(trace, event, read->args)};
        }
    }
    return {};
}

}  // namespace

SentencesDialog::SentencesDialog(views::TraceView& view, model::SentenceRules& rules,
                                 std::function<void()> changed, QWidget* parent)
    : QDialog(parent),
      m_view(view),
      m_rules(rules),
      m_changed(std::move(changed)),
      m_table(new QTableWidget(0, 3, this)),
      m_parts(new QTableWidget(0, 3, this)),
      m_rule(new QLineEdit(this)),
      m_fault(new QLabel(this)),
      m_example(new QLabel(this)),
      m_standard(new QPushButton(tr("As Delivered"), this)),
      m_exampleJob(this) {
    setWindowTitle(tr("Plain Words for Events"));
    resize(940, 680);
    m_table->setHorizontalHeaderLabels({tr("Event"), tr("Count"), tr("Rule of the sentence")});
    m_table->horizontalHeader()->setSectionResizeMode(kRuleColumn, QHeaderView::Stretch);
    m_table->setColumnWidth(kEventColumn, 230);
    m_table->setColumnWidth(kCountColumn, 90);
    m_table->setAccessibleName(tr("Events"));
    m_table->horizontalHeaderItem(kCountColumn)
        ->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_parts->setHorizontalHeaderLabels(
        {tr("Can stand in the rule"), tr("Gives for the first one"), tr("What it is")});
    m_parts->horizontalHeader()->setSectionResizeMode(kMeaning, QHeaderView::Stretch);
    m_parts->setColumnWidth(kPlaceholder, 230);
    m_parts->setColumnWidth(kGives, 260);
    m_parts->setAccessibleName(tr("Placeholders"));
    m_parts->setToolTip(tr("Double click or Enter puts it into the rule"));
    for (auto* table : {m_table, m_parts}) {
        plainTable(*table);
        table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    }
    m_rule->setAccessibleName(tr("Rule"));
    m_rule->setFont(views::font(views::TextRole::Mono));
    auto* help = new QLabel(tr("What stands in [ ] is left out where one of its fields is "
                               "missing. Double click a row above to put it into the rule."),
                            this);
    help->setObjectName(QStringLiteral("quiet"));
    for (auto* label : {help, m_fault, m_example}) label->setWordWrap(true);
    auto* set = new QPushButton(tr("Set Rule"), this);
    auto* close = new QPushButton(tr("Close"), this);
    connect(m_table, &QTableWidget::currentCellChanged, this, &SentencesDialog::chosen);
    connect(m_parts, &QTableWidget::cellActivated, this, &SentencesDialog::insertPart);
    connect(m_rule, &QLineEdit::returnPressed, this, &SentencesDialog::setRule);
    connect(set, &QPushButton::clicked, this, &SentencesDialog::setRule);
    connect(m_standard, &QPushButton::clicked, this, &SentencesDialog::clearRule);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    for (auto* button : {set, m_standard, close}) button->setAutoDefault(false);
    auto* line = new QHBoxLayout;
    line->addWidget(m_rule, 1);
    line->addWidget(set);
    line->addWidget(m_standard);
    auto* foot = new QHBoxLayout;
    foot->addStretch(1);
    foot->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->setSpacing(8);
    column->addWidget(m_table, 3);
    column->addLayout(line);
    column->addWidget(m_fault);
    column->addWidget(m_example);
    column->addWidget(m_parts, 2);
    column->addWidget(help);
    column->addLayout(foot);
    refresh();
}

void SentencesDialog::refresh() {
    std::vector<std::pair<std::uint64_t, std::string>> names;
    if (const auto& trace = m_view.trace())
        for (std::size_t i = 0; i < trace->nameCounts().size(); ++i)
            if (const auto count = trace->nameCounts()[i]; count > 0)
                names.emplace_back(count,
                                   trace->text(model::StringId{static_cast<std::uint32_t>(i)}));
    std::ranges::sort(names, [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    // Rules for events that this trace does not have can be taken back too.
    for (const auto& [name, rule] : m_rules)
        if (std::ranges::find(names, name, [](const auto& entry) { return entry.second; }) ==
            names.end())
            names.emplace_back(0, name);
    m_table->setRowCount(static_cast<int>(names.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const auto& [count, name] = names[static_cast<std::size_t>(row)];
        m_table->setItem(row, kEventColumn, new QTableWidgetItem(text(name)));
        m_table->item(row, kEventColumn)->setFont(views::font(views::TextRole::Mono));
        auto* number = new QTableWidgetItem(text(model::formatCount(count)));
        number->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        number->setFont(views::font(views::TextRole::Mono));
        m_table->setItem(row, kCountColumn, number);
        m_table->setItem(row, kRuleColumn, new QTableWidgetItem);
        fillRow(row);
    }
    if (m_table->rowCount() > 0) m_table->setCurrentCell(0, kEventColumn);
    chosen();
}

void SentencesDialog::fillRow(int row) {
    const auto name = m_table->item(row, kEventColumn)->text().toStdString();
    auto* cell = m_table->item(row, kRuleColumn);
    const auto rule = model::sentenceRule(name);
    cell->setText(rule.empty() ? tr("made by the program") : text(rule));
    auto face = rule.empty() ? m_table->font() : views::font(views::TextRole::Mono);
    face.setBold(m_rules.contains(name));  // a person's own
    cell->setFont(face);
}

QString SentencesDialog::chosenEvent() const {
    const auto* item = m_table->item(m_table->currentRow(), kEventColumn);
    return item == nullptr ? QString() : item->text();
}

QString SentencesDialog::fault() const { return m_fault->text(); }
QString SentencesDialog::example() const { return m_example->text(); }

void SentencesDialog::chosen() {
    const auto name = chosenEvent().toStdString();
    m_fault->clear();
    m_fault->hide();
    m_rule->setEnabled(!name.empty());
    m_rule->setText(text(model::sentenceRule(name)));
    m_standard->setEnabled(m_rules.contains(name));
    showExample();
}

void SentencesDialog::setRule() {
    const auto name = chosenEvent().toStdString();
    if (name.empty()) return;
    const auto rule = m_rule->text().trimmed().toStdString();
    if (const auto checked = model::checkSentenceRule(rule); !checked) {
        m_fault->setText(text(checked.error().message));
        m_fault->show();
        return;
    }
    if (rule.empty() || rule == model::builtInRule(name)) m_rules.erase(name);
    else m_rules[name] = rule;
    m_changed();
    fillRow(m_table->currentRow());
    chosen();
}

void SentencesDialog::clearRule() {
    m_rules.erase(chosenEvent().toStdString());
    m_changed();
    if (m_table->currentRow() >= 0) fillRow(m_table->currentRow());
    chosen();
}

void SentencesDialog::showExample() {
    m_example->clear();
    showParts({});
    const auto trace = m_view.trace();
    const auto name = chosenEvent().toStdString();
    if (!trace || name.empty()) return m_exampleJob.cancel();
    m_exampleJob.run(
        views::PaneWork::of(&m_view)->jobs(), [this, trace, name](const std::stop_token& stop) {
            return views::LatestJob::Delivery([this, first = firstEvent(*trace, name, stop)] {
                if (!first.sentence.isEmpty())
                    m_example->setText(tr("The first one reads: %1").arg(first.sentence));
                showParts(first.parts);
            });
        });
}

void SentencesDialog::showParts(const std::vector<model::SentencePart>& parts) {
    m_parts->setRowCount(static_cast<int>(parts.size()));
    for (int row = 0; row < m_parts->rowCount(); ++row) {
        const auto& part = parts[static_cast<std::size_t>(row)];
        const auto set = [&](PartColumn column, const std::string& words, views::TextRole face) {
            auto* cell = new QTableWidgetItem(text(words));
            cell->setFont(views::font(face));
            cell->setToolTip(cell->text());
            m_parts->setItem(row, column, cell);
        };
        set(kPlaceholder, part.placeholder, views::TextRole::Mono);
        set(kGives, part.value, views::TextRole::Mono);
        set(kMeaning, part.meaning, views::TextRole::Body);
    }
}

void SentencesDialog::insertPart(int row) {
    const auto* item = m_parts->item(row, kPlaceholder);
    if (item == nullptr || !m_rule->isEnabled()) return;
    m_rule->insert(item->text());
    m_rule->setFocus();
}

}  // namespace kscope::app
