package embedrl.tensor;

import java.util.List;

/** Operations that are meant to be the new value of variables and then run in place. */
public sealed interface UpdateOp extends Op {
    /**
     * One step of AdamW with decoupled weight decay and bias correction. With g = gradient · gradientScale and t = step (counted from 1):
     * m' = β₁m + (1−β₁)g; v' = β₂v + (1−β₂)g²; p' = p − lr·decay·p − lr · (m'/(1−β₁ᵗ)) / (√(v'/(1−β₂ᵗ)) + ε).
     * parameter, gradient, m, v of one shape; learningRate, step, gradientScale FLOAT32 scalars given at run time → p', m', v'.
     * Source: Loshchilov and Hutter 2019; operation order of PyTorch.
     */
    record AdamW(Tensor parameter, Tensor gradient, Tensor m, Tensor v, Tensor learningRate, Tensor step, Tensor gradientScale, float beta1, float beta2,
                 float epsilon, float weightDecay) implements UpdateOp {
        public AdamW {
            Check.float32("adamw", parameter, gradient, m, v, learningRate, step, gradientScale);
            Check.shape("adamw", "gradient", gradient, parameter.shape());
            Check.shape("adamw", "m", m, parameter.shape());
            Check.shape("adamw", "v", v, parameter.shape());
            Check.shape("adamw", "learningRate", learningRate, Shape.SCALAR);
            Check.shape("adamw", "step", step, Shape.SCALAR);
            Check.shape("adamw", "gradientScale", gradientScale, Shape.SCALAR);
        }

        @Override
        public String name() {
            return "adamw";
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(parameter, gradient, m, v, learningRate, step, gradientScale);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(parameter.type(), m.type(), v.type());
        }

        @Override
        public Op withInputs(List<Tensor> i) {
            return new AdamW(i.get(0), i.get(1), i.get(2), i.get(3), i.get(4), i.get(5), i.get(6), beta1, beta2, epsilon, weightDecay);
        }
    }
}
