package embedrl.models.bert;

import embedrl.tensor.DType;
import embedrl.tensor.Tensor;

/**
 * What an encoder's graph reads of a padded batch.
 *
 * @param tokens    INT32 [B, T]: token ids, anything at padding
 * @param types     INT32 [B, T]: segments
 * @param positions INT32 [B, T]: rows of the position table; null for 0, 1, 2, … in every sequence
 * @param lengths   INT32 [B]: tokens of each sequence; what lies behind is padding
 */
public record BertInputs(Tensor tokens, Tensor types, Tensor positions, Tensor lengths) {
    /** Program inputs named tokens, types and lengths, with positions from 0. */
    public static BertInputs of(int batch, int length) {
        return new BertInputs(Tensor.input("tokens", DType.INT32, batch, length), Tensor.input("types", DType.INT32, batch, length), null,
                Tensor.input("lengths", DType.INT32, batch));
    }

    /** As {@link #of}, and positions as an input of that name. */
    public static BertInputs withPositions(int batch, int length) {
        BertInputs inputs = of(batch, length);
        return new BertInputs(inputs.tokens, inputs.types, Tensor.input("positions", DType.INT32, batch, length), inputs.lengths);
    }
}
