# SPDX-License-Identifier: Apache-2.0
"""One module for each kind of file. They trust no file; the process around them limits them."""
