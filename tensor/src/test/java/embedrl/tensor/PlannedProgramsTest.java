package embedrl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random programs: planning, fusion and memory reuse never change what a graph means. */
class PlannedProgramsTest {
    private static final int GRAPHS = 400;
    private final Executor reference = new ReferenceExecutor();

    @Test
    void fusedProgramsEqualTheirOperationsOneByOne() {
        int chains = 0;
        for (int number = 0; number < GRAPHS; number++) {
            RandomGraphs graphs = new RandomGraphs(number, true);
            Map<String, Tensor> outputs = graphs.outputs(3 + number % 40);
            Map<Tensor, HostTensor> expected = RandomGraphs.oneByOne(List.copyOf(outputs.values()), reference, graphs.floats(), graphs.ints());
            Program program = run(outputs, graphs, reference);
            for (var output : outputs.entrySet())
                assertThat(program.read(output.getKey()).floats()).as("graph %d, %s = %s", number, output.getKey(), output.getValue())
                        .containsExactly(expected.get(output.getValue()).floats());
            chains += (int) program.plan().steps().stream().filter(s -> s instanceof Step.Chain c && c.code().size() > 2).count();
        }
        assertThat(chains).as("chains of more than two operations that this has tested").isGreaterThan(250);
    }

    @Test
    void otherExecutorsEqualTheReference() {
        for (String device : Devices.names()) {
            try (Executor executor = Executors.open(device, 2)) {
                for (int number = 0; number < GRAPHS; number++) {
                    RandomGraphs graphs = new RandomGraphs(number, false);
                    Map<String, Tensor> outputs = graphs.outputs(3 + number % 25);
                    Program expected = run(outputs, graphs, reference);
                    Program actual = run(outputs, graphs, executor);
                    for (String output : outputs.keySet()) check(number, device + " " + output, actual.read(output).floats(), expected.read(output).floats());
                }
            }
        }
    }

    private static void check(int number, String output, float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        float largest = 1;
        for (float e : expected) if (Float.isFinite(e)) largest = Math.max(largest, Math.abs(e));
        for (int i = 0; i < actual.length; i++) {
            if (!Float.isFinite(expected[i]) || Math.abs(expected[i]) > 1e30f) continue;   // squares of squares: where one overflows, rounding decides
            if (Math.abs(actual[i] - expected[i]) > 1e-5f * largest) assertThat(actual[i]).as("graph %d, %s[%d]", number, output, i).isCloseTo(expected[i], within(1e-5f * largest));
        }
    }

    private static Program run(Map<String, Tensor> outputs, RandomGraphs graphs, Executor executor) {
        Program.Builder builder = Program.builder();
        outputs.forEach(builder::output);
        Program program = builder.compile(executor);
        graphs.set(program);
        program.run();
        return program;
    }

    @Test
    void plansAreDeterministic() {
        for (int number = 0; number < 20; number++) {
            List<String> first = describe(number);
            assertThat(describe(number)).isEqualTo(first);
        }
    }

    private List<String> describe(int number) {
        Plan plan = run(new RandomGraphs(number, true), reference).plan();
        List<String> lines = new ArrayList<>();
        for (Step step : plan.steps()) {
            String code = step instanceof Step.Chain chain ? chain.code().toString() : "";
            lines.add(step.getClass().getSimpleName() + code + step.writes().stream().map(w -> w + "@" + plan.place(w)).toList());
        }
        return lines;
    }

    private static Program run(RandomGraphs graphs, Executor executor) {
        return run(graphs.outputs(25), graphs, executor);
    }

    /** Works out from the steps alone when each value is needed, and that no two needed values share a byte of the arena. */
    @Test
    void theArenaKeepsLiveValuesApart() {
        int shared = 0;
        for (int number = 0; number < GRAPHS; number++) shared += checkArena(number, run(new RandomGraphs(number, true), reference).plan());
        assertThat(shared).as("programs whose arena is smaller than all values together").isGreaterThan(120);
    }

    private static int checkArena(int number, Plan plan) {
        List<List<Step>> levels = levels(plan);
        Map<Tensor, Integer> lastUse = new HashMap<>();
        for (int i = 0; i < levels.size(); i++) for (Step step : levels.get(i)) for (Tensor read : step.reads()) lastUse.put(read, i);
        for (Tensor output : plan.outputs().values()) lastUse.put(Plan.root(output), Integer.MAX_VALUE);
        Set<Tensor> live = new HashSet<>();
        Set<Tensor> written = new HashSet<>();
        int all = 0;
        for (int i = 0; i < levels.size(); i++) {
            for (Step step : levels.get(i))
                for (Tensor read : step.reads()) assertThat(read.op() instanceof LeafOp && !(read.op() instanceof LeafOp.Fill) || written.contains(read))
                        .as("graph %d, level %d reads %s, which no level before it writes", number, i, read).isTrue();
            for (Step step : levels.get(i)) for (Tensor write : step.writes()) {
                if (!(plan.place(write) instanceof Plan.Place.Arena(int offset))) continue;
                assertThat(written.add(write)).as("graph %d: %s is written twice", number, write).isTrue();
                assertThat(offset % ArenaPlanner.ALIGNMENT).isZero();
                assertThat(offset + write.shape().count()).isLessThanOrEqualTo(plan.arenaElements().get(write.dtype()));
                for (Tensor other : live) assertThat(overlap(plan, write, other)).as("graph %d, level %d: %s lies over %s", number, i, write, other).isFalse();
                live.add(write);
                all += write.shape().count();
            }
            int now = i;
            live.removeIf(tensor -> lastUse.getOrDefault(tensor, now) <= now);
        }
        return all > plan.arenaElements().values().stream().mapToInt(e -> e).sum() ? 1 : 0;
    }

    private static List<List<Step>> levels(Plan plan) {
        List<List<Step>> levels = new ArrayList<>();
        int from = 0;
        for (int size : plan.levels()) levels.add(plan.steps().subList(from, from += size));
        assertThat(from).isEqualTo(plan.steps().size());
        return levels;
    }

    /** A variable that one step of a level writes is touched by no other step of it, since they may run at once. */
    @Test
    void stepsOfALevelLeaveEachOthersVariablesAlone() {
        int together = 0;
        for (int number = 0; number < GRAPHS; number++) {
            for (List<Step> level : levels(run(new RandomGraphs(number, true), reference).plan())) {
                together += level.size() > 1 ? 1 : 0;
                for (Step writer : level) {
                    for (Variable variable : written(writer)) {
                        for (Step other : level) {
                            if (other == writer) continue;
                            assertThat(StepOrder.reads(other, variable) || written(other).contains(variable)).as("graph %d: %s beside %s", number, other, writer).isFalse();
                        }
                    }
                }
            }
        }
        assertThat(together).as("levels of several steps").isGreaterThan(GRAPHS);
    }

    private static Set<Variable> written(Step step) {
        return Set.copyOf(new Plan(List.of(step), List.of(1), Map.of(), Map.of(), Map.of(), Map.of()).writtenVariables());
    }

    private static boolean overlap(Plan plan, Tensor a, Tensor b) {
        if (a.dtype() != b.dtype() || !(plan.place(a) instanceof Plan.Place.Arena(int x)) || !(plan.place(b) instanceof Plan.Place.Arena(int y))) return false;
        return x < y + b.shape().count() && y < x + a.shape().count();
    }
}
