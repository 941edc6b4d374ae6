package embedrl.tensor.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The catalogue: every kernel that a program may launch. All take (context, launch, FLOAT32 arena, INT32 arena); the launch names the row of the INT32 arena that
 * holds sizes and offsets. So a kernel is compiled once per device, whatever the shapes and the number of programs.
 */
enum Kernel {
    CHAIN(ChainKernels::chain, Shape.LANES),
    CHAIN_BLOCKS(BlockChainKernels::chain, Shape.BLOCKS),
    FILL(MovementKernels::fill, Shape.ELEMENTS),
    COPY(MovementKernels::copy, Shape.ELEMENTS),
    COPY_INTS(MovementKernels::copyInts, Shape.ELEMENTS),
    STRIDED(MovementKernels::strided, Shape.ELEMENTS),
    STRIDED_INTS(MovementKernels::stridedInts, Shape.ELEMENTS),
    WINDOW(MovementKernels::window, Shape.ELEMENTS),
    WINDOW_INTS(MovementKernels::windowInts, Shape.ELEMENTS),
    ROUND(MovementKernels::roundToHalf, Shape.ELEMENTS),
    TRUNCATE(MovementKernels::truncate, Shape.ELEMENTS),
    UNIFORM(MovementKernels::uniformNumbers, Shape.ELEMENTS),
    GATHER(IndexKernels::gather, Shape.ELEMENTS),
    GATHER_INTS(IndexKernels::gatherInts, Shape.ELEMENTS),
    SCATTER_ADD(IndexKernels::scatterAdd, Shape.GROUPS),
    WRITE_ROWS(IndexKernels::writeRows, Shape.ELEMENTS),
    SUM(ReduceKernels::sum, Shape.GROUPS),
    MAX(ReduceKernels::largest, Shape.GROUPS),
    ARG_MAX(ReduceKernels::placeOfLargest, Shape.GROUPS),
    SOFTMAX(RowKernels::softmax, Shape.GROUPS),
    LOG_SUM_EXP(RowKernels::logSumExp, Shape.GROUPS),
    DRAW(RowKernels::draw, Shape.GROUPS),
    CROSS_ENTROPY(RowKernels::crossEntropy, Shape.GROUPS),
    CROSS_ENTROPY_GRADIENT(RowKernels::crossEntropyGradient, Shape.ELEMENTS),
    ROTARY(RowKernels::rotary, Shape.ELEMENTS),
    RMS_NORM(NormKernels::rmsNorm, Shape.GROUPS),
    RMS_NORM_INPUT(NormKernels::rmsNormInput, Shape.GROUPS),
    RMS_NORM_WEIGHT(NormKernels::rmsNormWeight, Shape.GROUPS),
    LAYER_NORM(NormKernels::layerNorm, Shape.GROUPS),
    LAYER_NORM_INPUT(NormKernels::layerNormInput, Shape.GROUPS),
    LAYER_NORM_WEIGHT(NormKernels::layerNormWeight, Shape.GROUPS),
    MATMUL(MatMulKernels::tiled, Shape.TILES),
    MATMUL_TENSOR_CORES(TensorCoreKernels::product, Shape.LARGE_TILES),
    MATMUL_PACK(VectorMatMulKernels::pack, Shape.ELEMENTS),
    MATMUL_VECTORS(VectorMatMulKernels::product, Shape.ITEMS),
    /** A task of a library, which has no body. */
    MATMUL_CUBLAS(null, Shape.LIBRARY),
    DOTS(MatMulKernels::dots, Shape.GROUPS),
    ATTENTION(AttentionKernels::forward, Shape.GROUPS),
    ATTENTION_QUERIES(AttentionKernels::queryGradient, Shape.GROUPS),
    ATTENTION_KEYS(AttentionKernels::keyGradient, Shape.GROUPS),
    ATTENTION_VECTORS(VectorAttentionKernels::forward, Shape.ITEMS),
    ATTENTION_QUERIES_VECTORS(VectorAttentionKernels::queryGradient, Shape.ITEMS),
    ATTENTION_KEYS_VECTORS(VectorAttentionKernels::keyGradient, Shape.ITEMS),
    ADAM_W(UpdateKernels::adamW, Shape.ELEMENTS);

    /** How work items belong to the work. */
    enum Shape {
        /** An item per element. */
        ELEMENTS,
        /** An item per {@link ChainKernels#LANES} elements. */
        LANES,
        /** A group of one item per {@link BlockChainKernels#BLOCK} elements: for processors. */
        BLOCKS,
        /** A group per result, of as many items as the device likes. */
        GROUPS,
        /** A group of {@link MatMulKernels#ITEMS} items per tile. */
        TILES,
        /** A group of {@link TensorCoreKernels#ITEMS} items per tile. */
        LARGE_TILES,
        /** A group of one item per result: kernels for processors. */
        ITEMS,
        /** The library decides. */
        LIBRARY
    }

    final Task4<KernelContext, IntArray, FloatArray, IntArray> body;
    final Shape shape;

    Kernel(Task4<KernelContext, IntArray, FloatArray, IntArray> body, Shape shape) {
        this.body = body;
        this.shape = shape;
    }

    /** Items per group on a device. A processor core runs a group as a loop: there, one item per row spares the barriers. */
    int groupSize(boolean processor) {
        return switch (shape) {
            case ELEMENTS, LANES -> 64;
            case GROUPS -> processor ? 1 : 128;
            case TILES -> MatMulKernels.ITEMS;
            case LARGE_TILES -> TensorCoreKernels.ITEMS;
            case BLOCKS, ITEMS, LIBRARY -> 1;
        };
    }

    /** Groups that an amount of work takes: elements, results or tiles. */
    int groups(int work, boolean processor) {
        return switch (shape) {
            case ELEMENTS -> Math.ceilDiv(work, groupSize(processor));
            case LANES -> Math.ceilDiv(work, groupSize(processor) * ChainKernels.LANES);
            case BLOCKS -> Math.ceilDiv(work, BlockChainKernels.BLOCK);
            case GROUPS, TILES, LARGE_TILES, ITEMS, LIBRARY -> work;
        };
    }
}
