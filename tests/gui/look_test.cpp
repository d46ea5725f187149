// SPDX-License-Identifier: GPL-3.0-or-later
/// Grabs of the window in both themes: probed here, and written to $KSCOPE_GRABS for a person to
/// look at.
#include "app/window/command_palette.h"
#include "app/window/keys_page.h"
#include "app/window/overlay.h"
#include "app/window/query_field.h"
#include "tests/gui/gui_window.h"
#include "views/panes/event_table/event_table.h"

#include <QDialog>
#include <QImage>
#include <QLineEdit>

#include <cstdlib>

namespace kscope::tests {
namespace {

class Look : public WindowTest {
protected:
    void SetUp() override {
        makeWindow(app::Session::Keep::Views);
        window->resize(1600, 900);
    }
    /// A picture in each theme; none may be of one colour.
    void grab(const QString& name, QWidget* of = nullptr) {
        for (const char* theme : {"theme.dark", "theme.light"}) {
            window->actions().action(QLatin1String(theme))->trigger();
            QTest::qWait(60);
            const auto image = (of != nullptr ? of : window.get())->grab().toImage();
            std::set<QRgb> colours;
            for (int y = 0; y < image.height(); y += 7) {
                for (int x = 0; x < image.width(); x += 7) colours.insert(image.pixel(x, y));
            }
            EXPECT_GT(colours.size(), 8u) << name.toStdString();
            const auto to = qEnvironmentVariable("KSCOPE_GRABS");
            if (!to.isEmpty())
                image.save(to + QLatin1Char('/') + name + QLatin1Char('-') +
                           QString::fromLatin1(theme).mid(6) + QStringLiteral(".png"));
        }
    }
    [[nodiscard]] QString trace() {
        const QString sample =
            QStringLiteral(KSCOPE_SOURCE_DIR "/resources/samples/write-fsync.txt.xz");
        return QFile::exists(sample) ? sample : file("small.txt", smallFtrace(400));
    }
};

TEST_F(Look, OfTheTimeline) {
    open(trace());
    for (int i = 0; i < 9; ++i) key(Qt::Key_W);
    key(Qt::Key_BracketRight);
    QTest::qWait(200);
    const auto range = view().window();
    view().setCursors(range.begin + range.length() / 3, range.begin + range.length() * 2 / 3);
    QTest::qWait(500);
    grab("timeline");
}

TEST_F(Look, OfTheOtherTabs) {
    open(trace());
    key(Qt::Key_7, Qt::ControlModifier);
    QTest::qWait(300);
    grab("events");
    key(Qt::Key_8, Qt::ControlModifier);
    QTest::qWait(300);
    grab("notes");
}

TEST_F(Look, OfTheStartPageWithRecentTraces) {
    open(trace());
    open(file("db-import.txt", smallFtrace(300)));
    window->session().close();
    window->session().keepViewNow();
    window->session().readRecentTraces();
    QTest::qWait(300);
    grab("start");
}

TEST_F(Look, OfPanels) {
    open(trace());
    window->commandPalette().ask("lane");
    grab("palette");
    window->commandPalette().closeOverlay();
    window->keysPage().showKeys();
    grab("keys");
    window->resize(1920, 1080);
    QCoreApplication::processEvents();
    window->keysPage().showKeys();
    grab("keys-large");
    window->resize(1600, 900);
    window->keysPage().closeOverlay();
    key(Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    type("latency > 5 parsecs");
    key(Qt::Key_Return);
    window->openSources({{"/no/such/trace.txt", 0}});
    QTest::qWait(300);
    grab("faults");
}

TEST_F(Look, OfDialogs) {
    open(trace());
    for (const char* action : {"trace.words", "help.manual"}) {
        window->actions().action(QLatin1String(action))->trigger();
        auto* dialog = QApplication::activeWindow();
        ASSERT_TRUE(eventually([&] {
            dialog = nullptr;
            for (auto* each : window->findChildren<QDialog*>())
                if (each->isVisible()) dialog = each;
            return dialog != nullptr;
        }));
        QTest::qWait(300);
        grab(QString::fromLatin1(action).section(QLatin1Char('.'), 1), dialog);
        dialog->close();
    }
}

/// A field is told from its ground by its edge, in both themes.
TEST_F(Look, FieldsHaveAnEdge) {
    for (const char* theme : {"theme.dark", "theme.light"}) {
        window->actions().action(QLatin1String(theme))->trigger();
        QLineEdit field(window.get());
        field.setGeometry(40, 200, 160, 22);
        field.show();
        const auto image = field.grab().toImage();
        const auto edge = image.pixelColor(80, 0), inside = image.pixelColor(80, 5);
        EXPECT_GT(std::abs(edge.lightness() - inside.lightness()), 40) << theme;
    }
}

TEST_F(Look, OfASmallWindow) {
    open(trace());
    window->resize(960, 600);
    const auto range = view().window();
    view().setCursors(range.begin + range.length() / 3, range.begin + range.length() * 2 / 3);
    QTest::qWait(400);
    grab("small");
}

}  // namespace
}  // namespace kscope::tests
