package embedrl.nn;

import embedrl.tensor.DType;
import embedrl.tensor.TensorException;
import embedrl.tensor.TensorType;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The element type in which a model's matrices (weights of {@link Linear} and {@link Embedding}) are kept in memory. All other parameters, such as
 * norms and biases, are FLOAT32 always.
 *
 * <p>Where the last axis is no multiple of 32, a matrix meant for blocks is kept as BFLOAT16. Embedding tables meant for 4 bits are kept as Q8_0, since
 * they are often the output head too, and their rows are what a model begins with.
 */
public enum WeightType {
    /** As stored: half types and blocks stay what they are. */
    AS_IS("as-is", null),
    FLOAT32("float32", DType.FLOAT32),
    BFLOAT16("bfloat16", DType.BFLOAT16),
    FLOAT16("float16", DType.FLOAT16),
    Q8_0("q8_0", DType.Q8_0),
    Q4_0("q4_0", DType.Q4_0),
    Q4_1("q4_1", DType.Q4_1);

    /** What a parameter is for, as far as its type in memory depends on it. */
    enum Role {
        /** Used in computations of every kind: FLOAT32. */
        VECTOR,
        /** Only the right operand of matrix products. */
        MATRIX,
        /** A table of rows, perhaps a matrix too. */
        TABLE
    }

    private final String title;
    private final DType dtype;

    WeightType(String title, DType dtype) {
        this.title = title;
        this.dtype = dtype;
    }

    /** The type's name on the command line. */
    public String title() {
        return title;
    }

    /** The type of a name; throws with the known names. */
    public static WeightType of(String title) {
        for (WeightType type : values()) if (type.title.equals(title)) return type;
        throw new TensorException("weights: unknown type '" + title + "'; known are " + Arrays.stream(values()).map(WeightType::title).collect(Collectors.joining(", ")));
    }

    /** The type in memory of a parameter that is stored as {@code stored}. */
    DType kept(Role role, TensorType stored) {
        if (role == Role.VECTOR) return DType.FLOAT32;
        if (this == AS_IS) return stored.dtype();
        if (!dtype.isBlock()) return dtype;
        if (stored.shape().columns() % dtype.blockElements() != 0) return DType.BFLOAT16;
        return role == Role.TABLE && this != Q8_0 ? DType.Q8_0 : dtype;
    }
}
