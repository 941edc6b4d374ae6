package embedrl.tensor;

import java.util.ArrayList;
import java.util.List;

/** One unit of work of a {@link Plan}. Tensors named here are roots: never results of a reshape or detach. */
public sealed interface Step {
    /** Tensors that must be in memory before. */
    List<Tensor> reads();

    /** Tensors that are in memory afterwards. */
    List<Tensor> writes();

    /** One operation by its own kernel; reads and writes are its inputs and outputs in order, inputs followed back through reshapes. */
    record Single(Op op, List<Tensor> reads, List<Tensor> writes) implements Step {
    }

    /**
     * A fused chain of elementwise operations over {@code result.shape().count()} elements. Registers 0 to operands.size()-1 hold the operands, the
     * following ones the results of the instructions in order; the last register is the result (FLOAT32). Without instructions the only operand is
     * copied (and widened).
     */
    record Chain(List<Operand> operands, List<Instruction> code, Tensor result) implements Step {
        @Override
        public List<Tensor> reads() {
            List<Tensor> reads = new ArrayList<>();
            for (Operand operand : operands) if (!reads.contains(operand.tensor())) reads.add(operand.tensor());
            return reads;
        }

        @Override
        public List<Tensor> writes() {
            return List.of(result);
        }
    }

    /**
     * A matrix product and the chain that alone reads it: the chain computes on elements of the product while they are in the cache, so the product itself
     * has no place in memory. Made only for executors that ask for it.
     */
    record Product(Single product, Chain chain) implements Step {
        /** The product as the chain's operands name it. */
        public Tensor value() {
            return product.writes().getFirst();
        }

        @Override
        public List<Tensor> reads() {
            List<Tensor> reads = new ArrayList<>(product.reads());
            for (Tensor read : chain.reads()) if (!read.equals(value()) && !reads.contains(read)) reads.add(read);
            return reads;
        }

        @Override
        public List<Tensor> writes() {
            return chain.writes();
        }
    }

    /**
     * Products of one left operand with several weights, which begin together. They are computed part by part, a part being the same share of each one's columns: the chain of one may
     * read the result of one before it element by element. Made only for executors that ask for it.
     *
     * @param products {@link Single} or {@link Product}, two or more
     */
    record Joined(List<Step> products) implements Step {
        @Override
        public List<Tensor> reads() {
            List<Tensor> reads = new ArrayList<>();
            List<Tensor> writes = writes();
            for (Step product : products) for (Tensor read : product.reads()) if (!writes.contains(read) && !reads.contains(read)) reads.add(read);
            return reads;
        }

        @Override
        public List<Tensor> writes() {
            return products.stream().flatMap(product -> product.writes().stream()).toList();
        }
    }

    /** A variable that takes over a computed value, where that could not be computed in place. */
    record Store(Variable variable, Tensor value) implements Step {
        @Override
        public List<Tensor> reads() {
            return List.of(value);
        }

        @Override
        public List<Tensor> writes() {
            return List.of();
        }
    }

    /**
     * What a chain reads: element i of the chain reads tensor[(i / inner) % count]. A full operand has inner 1 and the chain's count; a scalar count 1;
     * a bias over the last axis inner 1 and count C; a column inner C. INT32 and half types widen to FLOAT32 when read.
     */
    record Operand(Tensor tensor, int inner, int count) {
    }

    /** One operation of a chain on registers. */
    sealed interface Instruction {
        /** The registers that it reads, a register that it reads twice twice. */
        default int[] reads() {
            return switch (this) {
                case Load _ -> new int[0];
                case Unary u -> new int[] {u.a()};
                case Binary b -> new int[] {b.a(), b.b()};
                case Select s -> new int[] {s.condition(), s.a(), s.b()};
            };
        }

        record Load(float value) implements Instruction {
        }

        record Unary(UnaryKind kind, int a) implements Instruction {
        }

        record Binary(BinaryKind kind, int a, int b) implements Instruction {
        }

        record Select(int condition, int a, int b) implements Instruction {
        }
    }
}
