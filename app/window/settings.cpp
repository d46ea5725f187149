// SPDX-License-Identifier: GPL-3.0-or-later
/// What a person chose for the program, kept between runs, and the dialog to choose it.
#include "app/window/settings.h"

#include "app/window/actions.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableWidget>
#include <QVBoxLayout>

namespace kscope::app {

namespace {

constexpr int kLeastPercent = 80;
constexpr int kMostPercent = 200;

QSettings userSettings() {
    return QSettings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("kernelscope"),
                     QStringLiteral("kernelscope"));
}

int keptTextPercent(const QSettings& kept) {
    return std::clamp(kept.value(QStringLiteral("text_percent"), 100).toInt(), kLeastPercent,
                      kMostPercent);
}

/// Names of events may hold what QSettings takes for groups.
QString sentenceKey(const std::string& name) {
    return QString::fromLatin1(QByteArray::fromStdString(name).toPercentEncoding());
}

}  // namespace

QByteArray scaleFactorText(int percent, const QByteArray& outside) {
    bool known = false;
    const double given = outside.toDouble(&known);
    return QByteArray::number((known && given > 0 ? given : 1.0) * percent / 100.0);
}

void applyTextSize() {
    const int percent = keptTextPercent(userSettings());
    if (percent == 100) return;
    qputenv("QT_SCALE_FACTOR", scaleFactorText(percent, qgetenv("QT_SCALE_FACTOR")));
}

Settings::Settings(Store store) : m_store(store) {}

void Settings::load(Actions& actions) {
    if (m_store == Store::Memory) return;
    auto kept = userSettings();
    theme =
        static_cast<ThemeChoice>(std::clamp(kept.value(QStringLiteral("theme"), 0).toInt(), 0, 2));
    contrast = kept.value(QStringLiteral("high_contrast"), false).toBool() ? ContrastChoice::High
                                                                           : ContrastChoice::System;
    wheel = kept.value(QStringLiteral("wheel_zooms"), false).toBool() ? WheelUse::Zooms
                                                                      : WheelUse::Scrolls;
    reducedMotion = kept.value(QStringLiteral("reduced_motion"), false).toBool();
    textPercent = keptTextPercent(kept);
    rawFields = kept.value(QStringLiteral("raw_fields"), false).toBool() ? views::Presence::Shown
                                                                         : views::Presence::Hidden;
    filteredOut = kept.value(QStringLiteral("filter_hides_in_plots"), false).toBool()
                      ? views::Presence::Hidden
                      : views::Presence::Shown;
    startHintSeen = kept.value(QStringLiteral("hints/start"), false).toBool();
    rangeHintSeen = kept.value(QStringLiteral("hints/range"), false).toBool();
    geometry = kept.value(QStringLiteral("geometry")).toByteArray();
    kept.beginGroup(QStringLiteral("sentences"));
    for (const auto& key : kept.childKeys()) {
        const auto rule = kept.value(key).toString().toStdString();
        if (model::checkSentenceRule(rule))
            sentences[QByteArray::fromPercentEncoding(key.toLatin1()).toStdString()] = rule;
    }
    kept.endGroup();
    kept.beginGroup(QStringLiteral("docks"));
    for (const auto& tab : kept.childKeys()) docks[tab.toInt()] = kept.value(tab).toSize();
    kept.endGroup();
    kept.beginGroup(QStringLiteral("keys"));
    for (const auto& id : kept.childKeys()) {
        if (actions.action(id) != nullptr)
            actions.setKeys(id, Actions::parseKeys(kept.value(id).toString()));
    }
}

void Settings::save(const Actions& actions) const {
    if (m_store == Store::Memory) return;
    auto kept = userSettings();
    kept.setValue(QStringLiteral("theme"), static_cast<int>(theme));
    kept.setValue(QStringLiteral("high_contrast"), contrast == ContrastChoice::High);
    kept.setValue(QStringLiteral("wheel_zooms"), wheel == WheelUse::Zooms);
    kept.setValue(QStringLiteral("reduced_motion"), reducedMotion);
    kept.setValue(QStringLiteral("text_percent"), textPercent);
    kept.setValue(QStringLiteral("raw_fields"), rawFields == views::Presence::Shown);
    kept.setValue(QStringLiteral("filter_hides_in_plots"), filteredOut == views::Presence::Hidden);
    kept.remove(QStringLiteral("sentences"));
    kept.beginGroup(QStringLiteral("sentences"));
    for (const auto& [name, rule] : sentences)
        kept.setValue(sentenceKey(name), QString::fromStdString(rule));
    kept.endGroup();
    kept.setValue(QStringLiteral("hints/start"), startHintSeen);
    kept.setValue(QStringLiteral("hints/range"), rangeHintSeen);
    if (!geometry.isEmpty()) kept.setValue(QStringLiteral("geometry"), geometry);
    kept.beginGroup(QStringLiteral("docks"));
    for (const auto& [tab, size] : docks) kept.setValue(QString::number(tab), size);
    kept.endGroup();
    kept.beginGroup(QStringLiteral("keys"));
    for (const auto& entry : actions.entries()) {
        // Only what differs is kept, so that better defaults reach those who changed nothing.
        if (entry.action->shortcuts() == actions.defaultKeys(entry.spec.id))
            kept.remove(entry.spec.id);
        else kept.setValue(entry.spec.id, Actions::allKeysText(*entry.action));
    }
}

SettingsDialog::SettingsDialog(Settings& settings, Actions& actions, std::function<void()> changed,
                               QWidget* parent)
    : QDialog(parent),
      m_settings(settings),
      m_actions(actions),
      m_changed(std::move(changed)),
      m_sizeAtStart(settings.textPercent) {
    setWindowTitle(tr("Settings"));
    resize(620, 560);
    auto* tabs = new QTabWidget(this);
    tabs->addTab(generalPage(), tr("General"));
    tabs->addTab(keysPage(), tr("Keys"));
    auto* close = new QPushButton(tr("Close"), this);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    auto* foot = new QHBoxLayout;
    foot->addStretch(1);
    foot->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->addWidget(tabs, 1);
    column->addLayout(foot);
    refresh();
}

QWidget* SettingsDialog::generalPage() {
    auto* page = new QWidget(this);
    auto* form = new QFormLayout(page);
    m_theme = new QComboBox(page);
    m_theme->addItems({tr("As the system"), tr("Light"), tr("Dark")});
    m_contrast = new QCheckBox(tr("High contrast, also where the system has none"), page);
    m_wheel = new QCheckBox(tr("The wheel zooms, Ctrl + wheel scrolls"), page);
    m_motion = new QCheckBox(tr("No animated zoom"), page);
    m_raw = new QCheckBox(tr("Raw fields in tooltips"), page);
    m_raw->setObjectName(QStringLiteral("rawFields"));
    m_hide = new QCheckBox(tr("Hides in plots, too, instead of making pale"), page);
    m_hide->setObjectName(QStringLiteral("filterHides"));
    form->addRow(tr("Theme"), m_theme);
    form->addRow(tr("Text size"), sizeRow(page));
    form->addRow(tr("Contrast"), m_contrast);
    form->addRow(tr("Mouse"), m_wheel);
    form->addRow(tr("Motion"), m_motion);
    form->addRow(tr("Tooltips"), m_raw);
    form->addRow(tr("Filter"), m_hide);
    connect(m_hide, &QCheckBox::clicked, this, [this](bool on) {
        m_settings.filteredOut = on ? views::Presence::Hidden : views::Presence::Shown;
        m_changed();
    });
    connect(m_raw, &QCheckBox::clicked, this, [this](bool on) {
        m_settings.rawFields = on ? views::Presence::Shown : views::Presence::Hidden;
        m_changed();
    });
    connect(m_theme, &QComboBox::activated, this, [this](int choice) {
        m_settings.theme = static_cast<ThemeChoice>(choice);
        m_changed();
    });
    connect(m_contrast, &QCheckBox::clicked, this, [this](bool on) {
        m_settings.contrast = on ? ContrastChoice::High : ContrastChoice::System;
        m_changed();
    });
    connect(m_wheel, &QCheckBox::clicked, this, [this](bool on) {
        m_settings.wheel = on ? WheelUse::Zooms : WheelUse::Scrolls;
        m_changed();
    });
    connect(m_motion, &QCheckBox::clicked, this, [this](bool on) {
        m_settings.reducedMotion = on;
        m_changed();
    });
    return page;
}

QWidget* SettingsDialog::sizeRow(QWidget* page) {
    auto* row = new QWidget(page);
    m_size = new QSpinBox(row);
    m_size->setObjectName(QStringLiteral("textPercent"));
    m_size->setAccessibleName(tr("Text size"));
    m_size->setRange(kLeastPercent, kMostPercent);
    m_size->setSingleStep(10);
    m_size->setSuffix(tr(" %"));
    m_sizeHint = new QLabel(tr("From the next start on; everything follows it."), row);
    m_sizeHint->hide();
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(m_size);
    line->addWidget(m_sizeHint, 1);
    connect(m_size, &QSpinBox::valueChanged, this, [this](int percent) {
        m_settings.textPercent = percent;
        m_sizeHint->setVisible(percent != m_sizeAtStart);
        m_changed();
    });
    return row;
}

QWidget* SettingsDialog::keysPage() {
    auto* page = new QWidget(this);
    m_keys = new QTableWidget(0, 2, page);
    m_keys->setHorizontalHeaderLabels({tr("Command"), tr("Keys")});
    m_keys->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_keys->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Interactive);
    m_keys->setColumnWidth(1, 220);
    m_keys->verticalHeader()->hide();
    m_keys->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_keys->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_keys->setAccessibleName(tr("Keys"));
    auto* press = new QKeySequenceEdit(page);
    press->setAccessibleName(tr("New key"));
    auto* set = new QPushButton(tr("Set Key"), page);
    auto* standard = new QPushButton(tr("As Delivered"), page);
    auto* fault = new QLabel(page);
    fault->setWordWrap(true);
    const auto chosenId = [this] {
        const auto* item = m_keys->item(m_keys->currentRow(), 0);
        return item == nullptr ? QString() : item->data(Qt::UserRole).toString();
    };
    connect(set, &QPushButton::clicked, this, [this, press, fault, chosenId] {
        const auto id = chosenId();
        const auto keys = press->keySequence();
        fault->clear();
        if (id.isEmpty() || keys.isEmpty())
            return fault->setText(tr("Choose a command and press the key for it first."));
        for (const auto& entry : m_actions.entries()) {
            if (entry.spec.id != id && entry.action->shortcuts().contains(keys))
                return fault->setText(tr("%1 is the key of “%2”. Give that another one first.")
                                          .arg(keys.toString(), entry.spec.text));
        }
        keysChosen(id, keys);
        press->clear();
    });
    connect(standard, &QPushButton::clicked, this, [this, chosenId] {
        const auto id = chosenId();
        if (id.isEmpty()) return;
        m_actions.setKeys(id, m_actions.defaultKeys(id));
        fillKeys();
        m_changed();
    });
    auto* foot = new QHBoxLayout;
    foot->addWidget(press, 1);
    foot->addWidget(set);
    foot->addWidget(standard);
    auto* column = new QVBoxLayout(page);
    column->addWidget(m_keys, 1);
    column->addWidget(fault);
    column->addLayout(foot);
    return page;
}

void SettingsDialog::keysChosen(const QString& id, const QKeySequence& keys) {
    auto all = m_actions.action(id)->shortcuts();
    if (all.isEmpty()) all << keys;
    else all[0] = keys;
    m_actions.setKeys(id, all);
    fillKeys();
    m_changed();
}

void SettingsDialog::fillKeys() {
    const int row = m_keys->currentRow();
    m_keys->setRowCount(static_cast<int>(m_actions.entries().size()));
    int at = 0;
    for (const auto& entry : m_actions.entries()) {
        auto* name = new QTableWidgetItem(entry.spec.text);
        name->setData(Qt::UserRole, entry.spec.id);
        m_keys->setItem(at, 0, name);
        m_keys->setItem(at++, 1, new QTableWidgetItem(Actions::allKeysText(*entry.action)));
    }
    m_keys->setCurrentCell(row, 0);
}

void SettingsDialog::refresh() {
    m_theme->setCurrentIndex(static_cast<int>(m_settings.theme));
    m_contrast->setChecked(m_settings.contrast == ContrastChoice::High);
    m_wheel->setChecked(m_settings.wheel == WheelUse::Zooms);
    m_motion->setChecked(m_settings.reducedMotion);
    m_raw->setChecked(m_settings.rawFields == views::Presence::Shown);
    m_hide->setChecked(m_settings.filteredOut == views::Presence::Hidden);
    const QSignalBlocker quiet(m_size);
    m_size->setValue(m_settings.textPercent);
    fillKeys();
}

}  // namespace kscope::app
