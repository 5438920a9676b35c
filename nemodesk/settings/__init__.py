# SPDX-License-Identifier: Apache-2.0
"""What a person has chosen for the whole program: declared here, kept in the system's keyring."""
