package embedrl.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.embedrl.run.Estimate;
import embedrl.embedrl.run.MetricsHistory;
import embedrl.embedrl.run.Results;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class ReportTest {
    private static String page;
    private static Document document;

    @BeforeAll
    static void write() throws Exception {
        page = Report.html(SampleReport.content());
        document = parse(page);
        // For people who want to look at it.
        Files.writeString(Files.createDirectories(Path.of("target")).resolve("sample-report.html"), page);
    }

    private static Document parse(String html) throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(html)));
    }

    private static List<Element> all(Document from, String tag) {
        List<Element> elements = new ArrayList<>();
        var nodes = from.getElementsByTagName(tag);
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    @Test
    void thePageNeedsNoOtherFile() {
        assertThat(all(document, "img")).isNotEmpty().allSatisfy(image -> assertThat(image.getAttribute("src")).startsWith("data:image/png;base64,"));
        assertThat(all(document, "source")).allSatisfy(source -> assertThat(source.getAttribute("srcset")).startsWith("data:image/png;base64,"));
        assertThat(all(document, "link")).isEmpty();
        assertThat(all(document, "script")).isEmpty();
        assertThat(page.replace("http://www.w3.org/1999/xhtml", "")).doesNotContain("http://", "https://", "url(", "@import");
    }

    @Test
    void everyPictureSaysInWordsWhatItShows() {
        assertThat(all(document, "img")).allSatisfy(image -> assertThat(image.getAttribute("alt")).hasSizeGreaterThan(8));
        assertThat(all(document, "img").stream().map(image -> image.getAttribute("alt"))).anyMatch(text -> text.matches("Loss in phase warmup; loss goes from 3\\.\\d+ to 0\\.\\d+ in 300 steps"));
        assertThat(document.getDocumentElement().getAttribute("lang")).isEqualTo("en");
        assertThat(all(document, "title")).hasSize(1);
        assertThat(all(document, "h1")).hasSize(1);
        assertThat(all(document, "table")).allSatisfy(table -> assertThat(table.getElementsByTagName("caption").getLength()).isEqualTo(1));
    }

    @Test
    void everyPictureCanBeRead() throws IOException {
        for (Element image : all(document, "img")) {
            byte[] png = Base64.getDecoder().decode(image.getAttribute("src").substring("data:image/png;base64,".length()));
            assertThat(ImageIO.read(new ByteArrayInputStream(png))).isNotNull();
        }
    }

    @Test
    void everyRowOfATableHasAsManyColumnsAsItsHead() {
        for (Element table : all(document, "table")) {
            List<Integer> widths = new ArrayList<>();
            var rows = table.getElementsByTagName("tr");
            for (int i = 0; i < rows.getLength(); i++) {
                int width = 0;
                var cells = rows.item(i).getChildNodes();
                for (int c = 0; c < cells.getLength(); c++) {
                    if (cells.item(c) instanceof Element cell) {
                        width += cell.hasAttribute("colspan") ? Integer.parseInt(cell.getAttribute("colspan")) : 1;
                    }
                }
                widths.add(width);
            }
            assertThat(widths).as(table.getElementsByTagName("caption").item(0).getTextContent()).containsOnly(widths.getFirst());
        }
    }

    @Test
    void armsStandWithTheirIntervals() {
        String arms = text("arms");
        assertThat(arms).contains("warmup-sampled", "33.9 %", "[28.9, 39.1]", "oracle", "80.9 %", "nDCG@5", "300");
        assertThat(text("families")).contains("grounding", "82.9 %", "[75.9, 89.9]");
    }

    @Test
    void differencesAreCalledWhatTheyAre() {
        List<String> rows = new ArrayList<>();
        var body = all(document, "table").stream().filter(table -> table.getAttribute("class").equals("differences")).findFirst().orElseThrow().getElementsByTagName("tr");
        for (int i = 1; i < body.getLength(); i++) {
            rows.add(body.item(i).getTextContent().replaceAll("\\s+", " "));
        }
        assertThat(rows.get(1)).contains("egrl-sampled − warmup-sampled", "+12.5", "[+6.5, +18.5]", "better: 0 lies outside the interval");
        assertThat(rows.get(2)).contains("egrl − warmup", "+1.4", "[−3.4, +6.5]", "not shown: 0 lies inside the interval");
        assertThat(rows.get(3)).contains("−4.0", "[−7.0, −1.0]", "worse: 0 lies outside the interval");
    }

    @Test
    void theGalleryMarksHitsInWords() {
        long hits = all(document, "li").stream().filter(item -> item.getAttribute("class").equals("hit")).peek(item -> assertThat(item.getTextContent()).contains("hit")).count();
        assertThat(hits).isPositive();
        assertThat(all(document, "li")).anySatisfy(item -> assertThat(item.getTextContent()).contains("miss"));
        assertThat(all(document, "pre")).isNotEmpty().allSatisfy(tcot -> assertThat(tcot.getTextContent()).contains("<thinking>", "</thinking>"));
    }

    @Test
    void everyMetricHasACurveAndNoneIsLost() {
        List<Curves.Chart> charts = Curves.of(SampleReport.history());
        assertThat(charts).extracting(Curves.Chart::title).containsExactly("Loss", "Reward", "Reward by component", "Entropy", "KL to the reference", "Length", "Clipping and idle groups",
                "Gradient norm", "something_new");
        assertThat(charts.get(2).series()).containsOnlyKeys("reward/format", "reward/outcome", "reward/process");
        assertThat(charts.getLast().series().get("something_new").values()).hasSize(39).doesNotContain(Double.NaN);
    }

    @Test
    void aRunWithoutTrainingMakesAPageToo() throws Exception {
        var empty = new ReportContent("t", "a", "hit@1", new Results(List.of(), List.of(), List.of(), null, Map.of()), new MetricsHistory(), Map.of(), List.of(), Map.of(), Map.of());
        assertThat(all(parse(Report.html(empty)), "h2")).extracting(Element::getTextContent).containsExactly("Results", "Run");
    }

    @Test
    void whateverAModelWritesIsShownAndCannotBreakThePage() throws Exception {
        String wild = "<script>alert(1)</script> & \"quotes\" \u0000\u001b[31m \uD800 ]]> 😀";
        var view = new Exhibit.View("<b>", wild, List.of(), List.of(), List.of(new Exhibit.Found(new Shown(wild, List.of()), false)));
        var content = new ReportContent(wild, wild, "hit@1", SampleReport.results(), new MetricsHistory(), Map.of(wild, 1.0), List.of(new Exhibit(wild, new Shown(wild, List.of()),
                new Shown(wild, List.of()), List.of(view))), Map.of(wild, wild), Map.of());
        Document wildPage = parse(Report.html(content));
        assertThat(all(wildPage, "script")).isEmpty();
        assertThat(all(wildPage, "pre").getFirst().getTextContent()).isEqualTo("<script>alert(1)</script> & \"quotes\" \uFFFD\uFFFD[31m \uFFFD ]]> 😀");
    }

    @Test
    void thePageIsWrittenAsUtf8(@TempDir Path folder) throws IOException {
        Report.write(SampleReport.content(), folder.resolve("report.html"));
        assertThat(Files.readString(folder.resolve("report.html"))).isEqualTo(page);
    }

    @Test
    void theStylesheetHoldsNothingThatHtmlWouldRead() throws IOException {
        assertThat(new String(Report.class.getResourceAsStream("/embedrl/examples/report.css").readAllBytes())).doesNotContain("<", ">", "&", "${");
    }

    @Test
    void anElementThatStaysOpenIsADefect() {
        assertThatThrownBy(() -> new Html().open("html").toString()).isInstanceOf(IllegalStateException.class).hasMessage("html: not closed: [html]");
    }

    @Test
    void figuresAreWrittenTheSameEverywhere() {
        assertThat(Figures.points(-0.0001)).isEqualTo("+0.0");
        assertThat(Figures.points(-0.034)).isEqualTo("−3.4");
        assertThat(Figures.pointInterval(new Estimate(0.014, -0.034, 0.065, 9))).isEqualTo("[−3.4, +6.5]");
        assertThat(Figures.percent(0.5)).isEqualTo("50.0 %");
    }

    @Test
    void unseenConceptsAreReportedApart() {
        assertThat(text("apart")).contains("Concepts that training never showed", "warmup-sampled", "17.0 %", "oracle");
    }

    private static String text(String tableClass) {
        return all(document, "table").stream().filter(table -> table.getAttribute("class").equals(tableClass)).findFirst().orElseThrow().getTextContent();
    }
}
