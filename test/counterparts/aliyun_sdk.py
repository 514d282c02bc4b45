# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Alibaba Cloud's own SDKs, installed by uv from their pinned versions, kept in $XDG_CACHE_HOME."""
import sys

import lambda_emulator

# 2026-11-20
PACKAGES = ["alibabacloud_fc20230330==4.8.3", "alibabacloud_oss_v2==1.4.1", "alibabacloud_openapi_util==0.2.4", "alibabacloud_credentials==1.0.12"]


def importable():
    """What is imported from now on finds them; the folder."""
    folder = str(lambda_emulator.installed(*PACKAGES))
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return folder
