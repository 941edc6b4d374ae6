package embedrl.tensor.tornado;

import embedrl.tensor.DType;
import embedrl.tensor.Step;
import embedrl.tensor.Step.Instruction;
import embedrl.tensor.TensorException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A fused chain as a program of the interpreters {@link ChainKernels} and {@link BlockChainKernels}: values get slots, given on after their last reader. A chain with more
 * live values than there are slots is refused.
 */
final class ChainCode {
    private final Step.Chain chain;
    private final Layout layout;
    private final boolean processor;
    private final int elements;

    ChainCode(Step.Chain chain, Layout layout, boolean processor) {
        this.chain = chain;
        this.layout = layout;
        this.processor = processor;
        this.elements = chain.result().shape().count();
    }

    List<Launch> launches() {
        int operands = chain.operands().size();
        int registers = operands + chain.code().size();
        int[] last = new int[registers];   // number of the last instruction that reads a register
        Arrays.fill(last, -1);
        for (int i = 0; i < chain.code().size(); i++) for (int read : chain.code().get(i).reads()) last[read] = i;
        int[] slots = new int[registers];
        Arrays.fill(slots, -1);
        ArrayDeque<Integer> free = new ArrayDeque<>();
        for (int slot = ChainKernels.SLOTS - 1; slot >= operands; slot--) free.push(slot);
        List<int[]> code = new ArrayList<>();
        for (int o = 0; o < operands; o++) {
            slots[o] = o;
            if (last[o] < 0 && registers > operands) free.push(o);
        }
        for (int i = 0; i < chain.code().size(); i++) {
            Instruction instruction = chain.code().get(i);
            int[] reads = instruction.reads();
            int[] words = new int[ChainKernels.INSTRUCTION];
            switch (instruction) {
                case Instruction.Load(float value) -> {
                    words[0] = ChainKernels.LOAD;
                    words[4] = layout.literal(value);
                }
                case Instruction.Unary(var kind, int a) -> {
                    words[0] = kind.ordinal();
                    words[2] = slots[a];
                }
                case Instruction.Binary(var kind, int a, int b) -> {
                    words[0] = Lowering.opcode(kind);
                    words[2] = slots[a];
                    words[3] = slots[b];
                }
                case Instruction.Select(int condition, int a, int b) -> {
                    words[0] = ChainKernels.SELECT;
                    words[2] = slots[condition];
                    words[3] = slots[a];
                    words[4] = slots[b];
                }
            }
            if (free.isEmpty()) throw tooMany(i);
            slots[operands + i] = free.pop();   // never the slot of an operand: loops over a block would be no vectors
            for (int read : Arrays.stream(reads).distinct().toArray()) if (last[read] == i) free.push(slots[read]);
            words[1] = slots[operands + i];
            code.add(words);
        }
        return List.of(launch(code, slots[registers - 1]));
    }

    private Launch launch(List<int[]> code, int result) {
        int size = ChainKernels.HEADER + ChainKernels.OPERAND * chain.operands().size() + ChainKernels.INSTRUCTION * code.size();
        int[] p = new int[size];
        p[0] = elements;
        p[1] = layout.offset(chain.result());
        p[2] = chain.operands().size();
        p[3] = code.size();
        p[4] = result;
        int at = ChainKernels.HEADER;
        for (Step.Operand operand : chain.operands()) {
            boolean ints = operand.tensor().dtype() == DType.INT32;
            boolean full = operand.inner() == 1 && operand.count() == elements;
            p[at] = ints ? ChainKernels.INT_STRETCHED : operand.count() == 1 ? ChainKernels.SCALAR : full ? ChainKernels.FULL : ChainKernels.STRETCHED;
            p[at + 1] = layout.offset(operand.tensor());
            p[at + 2] = operand.inner();
            p[at + 3] = operand.count();
            at += ChainKernels.OPERAND;
        }
        for (int[] words : code) {
            System.arraycopy(words, 0, p, at, words.length);
            at += words.length;
        }
        return new Launch(processor ? Kernel.CHAIN_BLOCKS : Kernel.CHAIN, p, elements);
    }

    private TensorException tooMany(int at) {
        return new TensorException("tornado: an elementwise chain of " + chain.code().size() + " operations keeps more than " + ChainKernels.SLOTS
                + " values alive at its operation " + at + "; output one of its middle values, so that the planner cuts it");
    }
}
