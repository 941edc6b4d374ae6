package embedrl.examples.report;

import embedrl.embedrl.run.MetricsHistory.Curve;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws a chart as a picture, for light and for dark pages. */
final class ChartPicture {
    private static final int WIDTH = 460;
    private static final int HEIGHT = 260;
    /** Pixels for each point, so that lines are sharp on dense screens. */
    private static final int DENSITY = 2;
    /** The mean over this many parts of the steps shows the trend of a noisy curve. */
    private static final int PARTS = 15;
    private static final int NOISY_FROM = 60;
    /** Distinct for the color-blind too (after Okabe and Ito), in a light and a dark variant. */
    private static final Color[] LIGHT = colors(0x0072B2, 0xC25400, 0x007A5A, 0x9C4A85, 0x8A6D00, 0x2C2C2C);
    private static final Color[] DARK = colors(0x56B4E9, 0xF0A04B, 0x2FC79B, 0xE39ACB, 0xF0E442, 0xDDDDDD);

    private ChartPicture() {
    }

    static BufferedImage draw(Curves.Chart chart, boolean dark) {
        XYChart drawing = new XYChartBuilder().width(WIDTH).height(HEIGHT).xAxisTitle("step").build();
        style(drawing.getStyler(), dark, chart.series().size() > 1);
        scale(drawing.getStyler(), chart.series().values());
        Color[] colors = dark ? DARK : LIGHT;
        int number = 0;
        Curve first = chart.series().values().iterator().next();
        double last = first.steps().getLast();
        // The library labels evenly spaced steps far too densely; a hidden line that is not even gives round labels.
        line(drawing, "scale", new Curve(List.of(0.0, last / 3, last), Collections.nCopies(3, first.values().getLast())), new Color(0, 0, 0, 0), 1f).setShowInLegend(false);
        for (Map.Entry<String, Curve> entry : chart.series().entrySet()) {
            Color color = colors[number++ % colors.length];
            Curve curve = entry.getValue();
            if (curve.values().size() >= NOISY_FROM) {
                line(drawing, entry.getKey() + " (each step)", curve, new Color(color.getRed(), color.getGreen(), color.getBlue(), 70), 1f).setShowInLegend(false);
                line(drawing, entry.getKey(), trend(curve), color, 2f);
            } else {
                line(drawing, entry.getKey(), curve, color, 2f);
            }
        }
        var picture = new BufferedImage(WIDTH * DENSITY, HEIGHT * DENSITY, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.scale(DENSITY, DENSITY);
        drawing.paint(graphics, WIDTH, HEIGHT);
        graphics.dispose();
        return picture;
    }

    private static XYSeries line(XYChart drawing, String name, Curve curve, Color color, float width) {
        XYSeries series = drawing.addSeries(name, curve.steps(), curve.values());
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(color);
        series.setLineStyle(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        return series;
    }

    private static void style(XYStyler styler, boolean dark, boolean legend) {
        Color clear = new Color(0, 0, 0, 0);
        Color ink = dark ? new Color(0xC8CDD3) : new Color(0x3A4149);
        Color grid = dark ? new Color(0x3A424B) : new Color(0xE1E4E8);
        var font = new Font(Font.SANS_SERIF, Font.PLAIN, 11);
        styler.setChartBackgroundColor(clear);
        styler.setPlotBackgroundColor(clear);
        styler.setPlotBorderVisible(false);
        styler.setPlotGridLinesColor(grid);
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setChartFontColor(ink);
        styler.setAxisTickLabelsColor(ink);
        styler.setAxisTickMarksColor(grid);
        styler.setAxisTickLabelsFont(font);
        styler.setAxisTitleFont(font);
        styler.setXAxisTitleColor(ink);
        styler.setYAxisTitleVisible(false);
        styler.setChartTitleVisible(false);
        styler.setChartPadding(10);
        styler.setLegendVisible(legend);
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        styler.setLegendBackgroundColor(clear);
        styler.setLegendBorderColor(clear);
        styler.setLegendFont(font);
    }

    /** Whole steps below, values between round numbers on the left. */
    private static void scale(XYStyler styler, Collection<Curve> curves) {
        double low = curves.stream().flatMap(curve -> curve.values().stream()).min(Double::compare).orElseThrow();
        double high = curves.stream().flatMap(curve -> curve.values().stream()).max(Double::compare).orElseThrow();
        double step = roundStep(high == low ? Math.max(1e-6, Math.abs(high)) : high - low);
        styler.setYAxisMin(step * Math.floor(low / step));
        styler.setYAxisMax(step * Math.ceil(high == low ? high / step + 1 : high / step));
        styler.setXAxisMin(0.0);
        styler.setXAxisTickMarkSpacingHint(70);
        styler.setYAxisTickMarkSpacingHint(40);
        styler.setXAxisTickLabelsFormattingFunction(value -> String.valueOf(Math.round(value)));
        styler.setYAxisTickLabelsFormattingFunction(value -> new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString());
    }

    /** About a fifth of a range: 1, 2 or 5 times a power of ten. */
    private static double roundStep(double range) {
        double power = Math.pow(10, Math.floor(Math.log10(range / 5)));
        double part = range / 5 / power;
        return power * (part < 1.5 ? 1 : part < 3.5 ? 2 : part < 7.5 ? 5 : 10);
    }

    /** Mean of the values around each step. */
    private static Curve trend(Curve curve) {
        int size = curve.values().size();
        int reach = size / PARTS / 2;
        List<Double> means = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            // The same reach on both sides, so that the ends do not lean toward the middle.
            int side = Math.min(reach, Math.min(i, size - 1 - i));
            means.add(curve.values().subList(i - side, i + side + 1).stream().mapToDouble(Double::doubleValue).average().orElseThrow());
        }
        return new Curve(curve.steps(), means);
    }

    private static Color[] colors(int... values) {
        var colors = new Color[values.length];
        for (int i = 0; i < values.length; i++) {
            colors[i] = new Color(values[i]);
        }
        return colors;
    }
}
