package embedrl.nn;

import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import java.util.ArrayList;
import java.util.List;

/**
 * Attention inside the pieces of one row of tokens [1, N, D]: batches of sequences of different sizes that lie one after another, so that everything but attention is
 * computed for all of them at once. The sequences of a piece may go on from those of an earlier piece, such as the rollouts of a prompt: their common beginning is
 * computed once and attended to by all, gradients included.
 */
public record PiecewiseAttention(List<Piece> pieces) implements AttentionContext {
    /**
     * B sequences of T tokens each, padded.
     *
     * @param batch    B
     * @param tokens   T
     * @param lengths  INT32 [B]: keys that count, those of the beginning included
     * @param begin    number of the earlier piece that these sequences go on from; negative where they stand alone
     * @param beginOf  INT32 [B]: which sequence of that piece each goes on from, negative for an unused one; null where they stand alone
     */
    public record Piece(int batch, int tokens, Tensor lengths, int begin, Tensor beginOf) {
        /** Sequences that stand alone. */
        public Piece(int batch, int tokens, Tensor lengths) {
            this(batch, tokens, lengths, -1, null);
        }
    }

    public PiecewiseAttention {
        pieces = List.copyOf(pieces);
        for (int i = 0; i < pieces.size(); i++)
            if (pieces.get(i).begin() >= i)
                throw new TensorException("piecewise attention: piece " + i + " can go on from an earlier piece only, got " + pieces.get(i).begin());
    }

    /** Tokens of all pieces, N. */
    public int rows() {
        return pieces.stream().mapToInt(piece -> piece.batch() * piece.tokens()).sum();
    }

    /** keyLengths is not read: the pieces have their own. */
    @Override
    public Tensor attend(Tensor q, Tensor k, Tensor v, Tensor keyLengths, float scale, boolean causal) {
        if (q.size(0) != 1 || q.size(1) != rows())
            throw new TensorException("piecewise attention: the pieces are a row of 1 × " + rows() + " tokens, got " + q.shape());
        List<Tensor> keys = new ArrayList<>();
        List<Tensor> values = new ArrayList<>();
        List<Tensor> results = new ArrayList<>();
        int row = 0;
        for (Piece piece : pieces) {
            keys.add(part(k, row, piece));
            values.add(part(v, row, piece));
            Tensor y = AttentionContext.attention(part(q, row, piece), seen(keys, piece), seen(values, piece), piece.lengths(), scale, causal);
            results.add(y.reshape(1, piece.batch() * piece.tokens(), q.size(2), q.size(3)));
            row += piece.batch() * piece.tokens();
        }
        return results.size() == 1 ? results.getFirst() : Tensor.concat(1, results.toArray(Tensor[]::new));
    }

    private static Tensor part(Tensor x, int row, Piece piece) {
        int rows = piece.batch() * piece.tokens();
        Tensor part = rows == x.size(1) ? x : x.slice(1, row, row + rows);
        return part.reshape(piece.batch(), piece.tokens(), x.size(2), x.size(3));
    }

    /** Keys or values of the last piece behind those of its beginning. */
    private static Tensor seen(List<Tensor> parts, Piece piece) {
        return piece.begin() < 0 ? parts.getLast() : Tensor.concat(1, parts.get(piece.begin()).gather(piece.beginOf()), parts.getLast());
    }
}
