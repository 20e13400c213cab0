"""A receipt is read however it was written down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifnotyou.playbook.receipts import SECRET_BITS, Receipt, read_receipt

secrets = st.integers(min_value=0, max_value=2**SECRET_BITS - 1)
pages = st.integers(min_value=1, max_value=10**18 - 1)


def test_it_has_more_than_112_bits():
    assert SECRET_BITS >= 112


def test_it_is_written_in_groups_that_one_can_copy():
    assert str(Receipt(7, 0)) == "7-00000-00000-00000-00000-00000"
    assert str(Receipt(12, 2**SECRET_BITS - 1)) == "12-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ"


@given(pages, secrets)
def test_what_was_written_is_read(page, secret):
    assert read_receipt(str(Receipt(page, secret))) == Receipt(page, secret)


@given(secrets)
def test_it_has_no_letter_that_looks_like_another(secret):
    assert not set(str(Receipt(1, secret))) & set("ILOU")


@pytest.mark.parametrize(
    "written",
    [
        "10-ABCDE-FGHJK-01010-MNPQR-STVWX",
        " 10 abcde fghjk 01010 mnpqr stvwx ",
        "10abcdefghjk01010mnpqrstvwx",
        "IO-ABCDE-FGHJK-OiOlo-MNPQR-STVWX",
        "10. ABCDE. FGHJK. 01010. MNPQR. STVWX.",
    ],
)
def test_small_mistakes_do_not_matter(written):
    assert str(read_receipt(written)) == "10-ABCDE-FGHJK-01010-MNPQR-STVWX"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "10",
        "ABCDE-FGHJK-01010-MNPQR-STVWX",
        "10-ABCDE-FGHJK-01010-MNPQR",
        "10-ABCDU-FGHJK-01010-MNPQR-STVWX",
        "1x-ABCDE-FGHJK-01010-MNPQR-STVWX",
        "٣-ABCDE-FGHJK-01010-MNPQR-STVWX",
        "9" * 19 + "ABCDEFGHJK01010MNPQRSTVWX",
        "10-ABCDE-FGHJK-01010-MNPQR-STVWÄ",
    ],
)
def test_what_is_none_is_none(written):
    assert read_receipt(written) is None


@given(st.text(max_size=300))
def test_no_text_breaks_it(text):
    receipt = read_receipt(text)
    assert receipt is None or read_receipt(str(receipt)) == receipt
