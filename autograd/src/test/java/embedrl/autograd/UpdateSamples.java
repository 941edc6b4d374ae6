package embedrl.autograd;

import ai.djl.ndarray.NDArray;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Shape;
import embedrl.tensor.UpdateOp.AdamW;
import java.util.List;

/** Samples of {@code UpdateOp}: first, early and late steps, with and without weight decay and gradient scale. */
final class UpdateSamples {
    private UpdateSamples() {
    }

    static List<OpSample> all() {
        return List.of(adamW(1, 1, 0, 7), adamW(2, 1, 0.01f, 3, 33), adamW(100, 0.25f, 0.1f, 65), adamW(1000, 1, 0, 1));
    }

    private static OpSample adamW(int step, float gradientScale, float decay, int... shape) {
        float beta1 = 0.9f;
        float beta2 = 0.999f;
        float epsilon = 1e-8f;
        HostTensor zero = Values.fill("zero", (_, _) -> 0, shape);
        HostTensor m = step == 1 ? zero : Values.normal("m", shape);
        HostTensor v = step == 1 ? zero : Values.uniform("v", 0.01, 2, shape);
        return OpSample.of("adamw step " + step + " " + Shape.of(shape), in -> new AdamW(in.get(0), in.get(1), in.get(2), in.get(3), in.get(4), in.get(5), in.get(6),
                        beta1, beta2, epsilon, decay), Values.normal("p", shape), Values.normal("g", shape), m, v, scalar(0.02f), scalar(step), scalar(gradientScale))
                .gradients().torch(in -> {
                    NDArray g = in.get(1).mul(gradientScale);
                    NDArray first = in.get(2).mul((double) beta1).add(g.mul(1 - (double) beta1));
                    NDArray second = in.get(3).mul((double) beta2).add(g.square().mul(1 - (double) beta2));
                    NDArray decayed = in.get(0).mul(1 - 0.02f * (double) decay);
                    NDArray corrected = second.div(1 - Math.pow(beta2, step)).sqrt().add((double) epsilon);
                    return List.of(decayed.sub(first.div(1 - Math.pow(beta1, step)).div(corrected).mul((double) 0.02f)), first, second);
                });
    }

    private static HostTensor scalar(float value) {
        return HostTensor.of(Shape.SCALAR, value);
    }
}
