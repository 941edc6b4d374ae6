package embedrl.benchmarks;

import embedrl.nn.WeightType;
import java.util.ArrayList;
import java.util.List;

/** What is decoded: a model of SmolLM2-135M's sizes with weights of a type and so many sequences, or one product of DRAM-sized weights with a vector. */
sealed interface DecodeCase {
    String name();

    /** One token of each of so many sequences. */
    record Model(WeightType weights, int batch) implements DecodeCase {
        @Override
        public String name() {
            return "135M " + weights.title() + ", batch " + batch;
        }
    }

    /** A vector times weights [n, k]. */
    record Product(WeightType weights, int n, int k) implements DecodeCase {
        @Override
        public String name() {
            return "product 1x" + k + "x" + n + " " + weights.title();
        }
    }

    static List<DecodeCase> all() {
        List<DecodeCase> cases = new ArrayList<>();
        for (WeightType weights : List.of(WeightType.FLOAT32, WeightType.BFLOAT16, WeightType.FLOAT16, WeightType.Q8_0, WeightType.Q4_0, WeightType.Q4_1))
            cases.add(new Product(weights, 4096, 16384));
        for (WeightType weights : List.of(WeightType.FLOAT32, WeightType.BFLOAT16, WeightType.Q8_0, WeightType.Q4_0))
            for (int batch : new int[] {1, 16}) cases.add(new Model(weights, batch));
        return List.copyOf(cases);
    }

    static DecodeCase named(String name) {
        return all().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow(() -> new IllegalArgumentException("decode: no case '" + name + "'"));
    }
}
