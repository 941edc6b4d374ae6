package embedrl.examples.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class CheckTest {

    private static final Tolerance EXACT = new Tolerance.Exact();
    private static final double INF = Double.POSITIVE_INFINITY;

    private static boolean ok(Tolerance tolerance, double[] actual, double[] expected) {
        return Check.numbers("t", actual, expected, tolerance).ok();
    }

    private static double[] v(double... values) {
        return values;
    }

    @Test
    void exactMeansEqual() {
        assertThat(ok(EXACT, v(1, 2), v(1, 2))).isTrue();
        assertThat(ok(EXACT, v(1, Math.nextUp(2)), v(1, 2))).isFalse();
        assertThat(ok(EXACT, v(), v())).isTrue();
    }

    @Test
    void absoluteBoundsTheLargestDifference() {
        var tolerance = new Tolerance.Absolute(0.5);
        assertThat(ok(tolerance, v(1.5, -2), v(1, -2))).isTrue();
        assertThat(ok(tolerance, v(1.51, -2), v(1, -2))).isFalse();
    }

    @Test
    void relativeMaxIsRelativeToTheLargestReference() {
        var tolerance = new Tolerance.RelativeMax(0.25);
        assertThat(ok(tolerance, v(0.5, 4), v(-0.5, -4))).isFalse();
        assertThat(ok(tolerance, v(1, 4), v(0, 4))).isTrue();
        assertThat(ok(tolerance, v(1.01, -4), v(0, -4))).isFalse();
        assertThat(Check.numbers("t", v(1, 4), v(0, 4), tolerance).error()).isEqualTo(0.25);
    }

    @Test
    void referencesOfZeroAllowAMillionth() {
        var tolerance = new Tolerance.RelativeMax(0.5);
        assertThat(ok(tolerance, v(1e-6, 0), v(0, 0))).isTrue();
        assertThat(ok(tolerance, v(-2e-6, 0), v(0, 0))).isFalse();
    }

    @Test
    void infinitiesMustAgreeAndDoNotHideOtherErrors() {
        assertThat(ok(EXACT, v(-INF), v(-INF))).isTrue();
        assertThat(ok(new Tolerance.Absolute(1), v(-INF), v(INF))).isFalse();
        assertThat(ok(new Tolerance.Absolute(1), v(-INF), v(0))).isFalse();
        assertThat(ok(new Tolerance.RelativeMax(0.1), v(-INF, 2), v(-INF, 1))).isFalse();
        assertThat(ok(new Tolerance.RelativeMax(0.1), v(-INF, 1.05), v(-INF, 1))).isTrue();
        assertThat(ok(new Tolerance.RelativeMax(0.1), v(0, 1), v(-INF, 1))).isFalse();
    }

    @Test
    void notANumberNeverPasses() {
        for (Tolerance tolerance : new Tolerance[] {EXACT, new Tolerance.Absolute(9), new Tolerance.RelativeMax(9)}) {
            assertThat(ok(tolerance, v(1, Double.NaN), v(1, 1))).isFalse();
            assertThat(ok(tolerance, v(Double.NaN, 1), v(Double.NaN, 1))).isFalse();
            assertThat(ok(tolerance, v(0, Double.NaN), v(0, 0))).isFalse();
            assertThat(ok(tolerance, v(1, 1), v(1, Double.NaN))).isFalse();
        }
        assertThat(Check.number("t", Double.NaN, 1, EXACT).excess()).isInfinite();
    }

    @Test
    void theWorstCheckIsTheOneFurthestBeyondItsOwnLimit() {
        assertThat(Check.number("t", 1.5, 1, new Tolerance.Absolute(1)).excess()).isEqualTo(0.5);
        assertThat(Check.number("t", 1.5, 1, EXACT).excess()).isInfinite();
        assertThat(Check.number("t", 1, 1, EXACT).excess()).isZero();
    }

    @Test
    void differentLengthsAreAnError() {
        assertThatThrownBy(() -> ok(EXACT, v(1), v(1, 2))).hasMessage("t: expected 2 values, got 1");
    }

    @Test
    void otherValuesAreComparedExactly() {
        assertThat(Check.equal("t", "a", "a", EXACT).ok()).isTrue();
        assertThat(Check.equal("t", "a", "b", EXACT).detail()).isEqualTo("expected b, got a");
        assertThat(Check.equal("t", "a".repeat(1000), "b", EXACT).detail()).hasSizeLessThan(310).endsWith("…");
        assertThatThrownBy(() -> Check.equal("t", "a", "a", new Tolerance.Absolute(1))).hasMessageContaining("need the tolerance exact");
    }

    @Test
    void tolerancesAreRead() {
        var json = JsonMapper.builder().build();
        assertThat(Tolerance.of(json.readTree("{\"kind\": \"exact\"}"))).isEqualTo(EXACT);
        assertThat(Tolerance.of(json.readTree("{\"kind\": \"absolute\", \"value\": 0.5}"))).isEqualTo(new Tolerance.Absolute(0.5));
        assertThat(Tolerance.of(json.readTree("{\"kind\": \"relative_max\", \"value\": 1e-5}"))).isEqualTo(new Tolerance.RelativeMax(1e-5));
        assertThatThrownBy(() -> Tolerance.of(json.readTree("{\"kind\": \"loose\"}"))).hasMessageContaining("unknown kind 'loose'");
        assertThatThrownBy(() -> Tolerance.of(json.readTree("{\"kind\": \"absolute\", \"value\": -1}"))).hasMessageContaining("0 or more");
        assertThatThrownBy(() -> Tolerance.of(json.readTree("{\"kind\": \"absolute\"}"))).hasMessageContaining("value");
    }
}
