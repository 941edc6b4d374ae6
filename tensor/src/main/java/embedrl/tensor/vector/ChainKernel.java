package embedrl.tensor.vector;

import embedrl.tensor.Buffer;
import embedrl.tensor.DType;
import embedrl.tensor.HostMemory;
import embedrl.tensor.Step;
import embedrl.tensor.Step.Instruction;
import embedrl.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;

/**
 * A fused elementwise chain, run block by block: every instruction is one vectorized loop over a block whose intermediate values stay in
 * the first-level cache; only operands and the result touch memory.
 */
final class ChainKernel implements Runnable {
    /** Elements of a block, unless a shorter operand repeats with another period. */
    static final int BLOCK = 1024;

    private static final int LONGEST_PERIOD = 2048;
    private static final int PER_PART = 16 * 1024;

    private final WorkPool pool;
    private final List<Instruction> code;
    private final ChainOperand[] operands;
    private final float[][] constants; // by instruction, for those that load
    private final int[] slots; // by register: start of its block in the scratch, or -1
    private final int slotCount;
    private final float[] out;
    private final int outAt;
    private final int elements;
    private final int block;
    private final int perPart;
    private final int parts;
    private final WorkPool.Part body = this::part;

    ChainKernel(Step.Chain chain, HostMemory memory, WorkPool pool) {
        this(chain, memory, pool, null);
    }

    /** {@code product}: an operand that already lies where the result will, element by element; null for none. */
    ChainKernel(Step.Chain chain, HostMemory memory, WorkPool pool, Tensor product) {
        this.pool = pool;
        code = chain.code();
        Buffer result = memory.buffer(chain.result());
        out = result.floats();
        outAt = result.offset();
        elements = result.count();
        block = blockLength(chain.operands());
        operands = chain.operands().stream()
                .map(o -> new ChainOperand(o, o.tensor().equals(product) ? result : memory.buffer(o.tensor()), block, elements)).toArray(ChainOperand[]::new);
        constants = new float[code.size()][];
        for (int i = 0; i < constants.length; i++) {
            if (code.get(i) instanceof Instruction.Load(float value)) {
                constants[i] = new float[block];
                Arrays.fill(constants[i], value);
            }
        }
        slots = new int[operands.length + code.size()];
        slotCount = allocate();
        perPart = Math.max(block, PER_PART / block * block);
        parts = (int) (((long) elements + perPart - 1) / perPart);
    }

    /** The longest period of a repeating operand, or several of them, so that most blocks read it alike. */
    private int blockLength(List<Step.Operand> list) {
        if (code.size() == 1 && list.stream().allMatch(o -> o.inner() == 1 && o.count() == elements && o.tensor().dtype() == DType.FLOAT32)) {
            return PER_PART;   // one loop from memory to memory, without a block between
        }
        int period = 1;
        for (Step.Operand operand : list) {
            if (operand.inner() == 1 && operand.count() < elements && operand.count() <= LONGEST_PERIOD) {
                period = Math.max(period, operand.count());
            }
        }
        return period * Math.max(1, BLOCK / period);
    }

    /** Gives each register that needs one a block of scratch, and gives it on after the register's last reader. */
    private int allocate() {
        int[] last = new int[slots.length];
        for (int i = 0; i < code.size(); i++) {
            for (int read : code.get(i).reads()) {
                last[read] = i;
            }
        }
        ArrayDeque<Integer> free = new ArrayDeque<>();
        int used = 0;
        Arrays.fill(slots, -1);
        for (int r = 0; r < operands.length; r++) {
            if (operands[r].expands()) {
                slots[r] = block * used++;
            }
        }
        for (int i = 0; i < code.size(); i++) {
            for (int read : Arrays.stream(code.get(i).reads()).distinct().toArray()) {
                if (slots[read] >= 0 && last[read] == i) {
                    free.push(slots[read]);
                }
            }
            if (constants[i] == null && i < code.size() - 1) {
                slots[operands.length + i] = free.isEmpty() ? block * used++ : free.pop();
            }
        }
        return used;
    }

    @Override
    public void run() {
        if (elements == 0) {
            return;   // operands may be empty then, and have no first element to share
        }
        refresh();
        pool.run(parts, body);
    }

    /** Reads the operands anew that all blocks share: once per run, before any block. */
    void refresh() {
        for (ChainOperand operand : operands) {
            operand.refresh();
        }
    }

    private void part(int part) {
        compute(part * perPart, (int) Math.min(elements, (part + 1L) * perPart));
    }

    /** Computes the elements from {@code from} to {@code end}; any thread may, after {@link #refresh}. */
    void compute(int from, int end) {
        Scratch scratch = Scratch.own();
        scratch.registers(slots.length);
        float[] room = scratch.room(block * slotCount);
        for (int start = from, length; start < end; start += length) {
            length = Math.min(block - start % block, end - start);   // blocks begin at multiples of their length, where shared operands begin
            if (code.isEmpty()) {
                operands[0].expand(start, length, out, outAt + start);
                continue;
            }
            for (int r = 0; r < operands.length; r++) {
                operands[r].locate(start, length, scratch.registers, scratch.offsets, r, room, slots[r]);
            }
            for (int i = 0; i < constants.length; i++) {
                int r = operands.length + i;
                boolean result = i == constants.length - 1;
                scratch.registers[r] = constants[i] != null ? constants[i] : result ? out : room;
                scratch.offsets[r] = constants[i] != null ? 0 : result ? outAt + start : slots[r];
                execute(code.get(i), scratch.registers, scratch.offsets, r, length);
            }
            if (constants[constants.length - 1] != null) {
                System.arraycopy(constants[constants.length - 1], 0, out, outAt + start, length);
            }
        }
    }

    private static void execute(Instruction instruction, float[][] x, int[] at, int r, int n) {
        switch (instruction) {
            case Instruction.Load _ -> { }
            case Instruction.Unary u -> VectorMath.unary(u.kind(), x[u.a()], at[u.a()], x[r], at[r], n);
            case Instruction.Binary b -> VectorMath.binary(b.kind(), x[b.a()], at[b.a()], x[b.b()], at[b.b()], x[r], at[r], n);
            case Instruction.Select s ->
                VectorMath.select(x[s.condition()], at[s.condition()], x[s.a()], at[s.a()], x[s.b()], at[s.b()], x[r], at[r], n);
        }
    }
}
