package embedrl.examples.report;

import java.awt.image.BufferedImage;
import java.util.List;

/** The gallery of a report: queries with the T-CoT of several arms, what it points at, and what was found. */
final class Gallery {
    private static final int SMALL = 160;
    private static final int SCALE = 2;

    private Gallery() {
    }

    static void write(Html html, List<Exhibit> exhibits) {
        int number = 1;
        for (Exhibit exhibit : exhibits) {
            html.open("article", "class", "exhibit");
            html.open("header").element("h3", "Query " + number++).element("span", exhibit.family(), "class", "family");
            if (!exhibit.query().text().isEmpty()) {
                html.element("p", exhibit.query().text(), "class", "question");
            }
            html.open("div", "class", "expected").element("span", "looked for", "class", "label");
            shown(html, exhibit.expected(), "what was looked for");
            html.close().close();
            html.open("div", "class", "views");
            for (Exhibit.View view : exhibit.views()) {
                view(html, exhibit, view);
            }
            html.close().close();
        }
    }

    private static void view(Html html, Exhibit exhibit, Exhibit.View view) {
        html.open("section", "class", "view").element("h4", view.arm());
        List<BufferedImage> frames = exhibit.query().frames();
        if (!frames.isEmpty()) {
            boolean video = frames.size() > 1;
            BufferedImage picture = video ? Pictures.strip(frames, view.keyFrames()) : Pictures.withBoxes(frames.getFirst(), view.boxes(), frames.getFirst().getWidth() <= SMALL ? SCALE : 1);
            String pointed = video ? plural(view.keyFrames().size(), "key frame") : plural(view.boxes().size(), "box");
            html.empty("img", "class", video ? "strip" : "picture", "src", Pictures.dataUri(picture), "alt", "the query's " + (video ? "frames, " : "picture, ") + pointed + " marked by " + view.arm());
        }
        if (view.tcot().isBlank()) {
            html.element("p", "no T-CoT", "class", "none");
        } else {
            html.element("pre", view.tcot(), "class", "tcot");
        }
        html.open("ol", "class", "found");
        for (Exhibit.Found found : view.found()) {
            html.open("li", "class", found.relevant() ? "hit" : "miss").element("span", found.relevant() ? "✓ hit" : "✗ miss", "class", "mark");
            shown(html, found.item(), "candidate");
            html.close();
        }
        html.close().close();
    }

    private static String plural(int count, String noun) {
        return count == 0 ? "nothing" : count + " " + (count == 1 ? noun : noun.equals("box") ? "boxes" : noun + "s");
    }

    private static void shown(Html html, Shown item, String alternative) {
        if (!item.frames().isEmpty()) {
            boolean video = item.frames().size() > 1;
            html.empty("img", "class", video ? "thumb wide" : "thumb", "src", Pictures.dataUri(video ? Pictures.strip(item.frames(), List.of()) : item.frames().getFirst()), "alt",
                    item.text().isEmpty() ? alternative : alternative + ": " + item.text());
        }
        if (!item.text().isEmpty()) {
            html.element("span", item.text(), "class", "caption");
        }
    }
}
