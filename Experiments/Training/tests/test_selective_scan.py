import pytest
import torch

from training import scan_check, selective_scan

triton = pytest.importorskip("triton")


@pytest.mark.parametrize("variant", [
    selective_scan.Variant(16, 4, 1, False),
    selective_scan.Variant(16, 8, 1, True),
    selective_scan.Variant(32, 1, 1, False),
])
def test_the_kernel_and_its_gradient_equal_the_reference(variant):
    errors = scan_check.errors(variant, "cpu", batch=2, length=11, channels=32)
    assert max(errors.values()) < 1e-5, errors


def test_the_reference_has_the_gradient_of_its_differences():
    inputs = [
        value.double().requires_grad_() for value in scan_check.random_inputs(1, 3, 2, 2, "cpu")]
    assert torch.autograd.gradcheck(lambda *v: selective_scan.reference(*v)[0], inputs)


def test_a_scan_in_two_parts_is_the_whole():
    *inputs, state = scan_check.random_inputs(2, 9, 4, 8, "cpu")
    x, dt, A, B, C, D = inputs
    whole, last = selective_scan.reference(*inputs, state)
    first, middle = selective_scan.reference(x[:, :4], dt[:, :4], A, B[:, :4], C[:, :4], D, state)
    second, end = selective_scan.reference(x[:, 4:], dt[:, 4:], A, B[:, 4:], C[:, 4:], D, middle)
    assert torch.equal(torch.cat([first, second], 1), whole)
    assert torch.equal(end, last)
