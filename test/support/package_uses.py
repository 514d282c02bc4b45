# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Statements that use packages as a function might, by distribution."""

# What a function may do beyond importing: files that are read beside modules, plugins, lazy modules.
USES = {
    "numpy": ["import numpy.testing; numpy.testing.assert_allclose(1, 1)", "from numpy import *", "import numpy; numpy.show_runtime()"],
    "scikit-learn": ["from sklearn.datasets import load_iris; assert load_iris().DESCR"],
    "scikit-image": ["import skimage; skimage.filters.gaussian(skimage.data.camera())"],
    "scipy": ["import scipy.stats, scipy.optimize, scipy.ndimage, scipy.integrate; scipy.stats.norm.cdf(0)"],
    "pandas": ["import pandas, pandas.testing; pandas.DataFrame({'a': [1]}).to_json()"],
    "pyarrow": ["import pyarrow.dataset, pyarrow.parquet, pyarrow.csv, pyarrow.compute", "import pyarrow; pyarrow.get_include()"],
    "matplotlib": ["import matplotlib.pyplot as plt; plt.plot([1]); plt.savefig('/dev/null', format='png')"],
    "boto3": ["import boto3; boto3.client('s3', region_name='us-east-1'); boto3.resource('ec2', region_name='us-east-1')"],
    "botocore": ["import botocore.session as s; [s.get_session().create_client(n, region_name='us-east-1') for n in ('cloudfront', 'lambda')]"],
    "google-api-python-client": ["from googleapiclient.discovery import build; build('drive', 'v3', developerKey='x')"],
    "jedi": ["import jedi; assert jedi.Script('import os; os.pa').complete(1, 16)"],
    "babel": ["from babel.dates import format_date; import datetime; format_date(datetime.date(2026, 1, 1), locale='de')"],
    "django": ["import django.conf; django.conf.settings.configure(); import django, django.test; django.setup()"],
    "twisted": ["import twisted.internet.reactor, twisted.test.proto_helpers"],
    "cffi": ["import cffi; cffi.FFI().cdef('int f(int);')"],
    "numba": ["import numba; numba.njit(lambda x: x + 1)(1)"],
    "thinc": ["import thinc.api"],
    "tables": ["import tables; tables.get_hdf5_version()"],
    "sympy": ["import sympy; sympy.integrate(sympy.Symbol('x'))"],
    "astropy": ["import astropy.units, astropy.table, astropy.io.fits, astropy.wcs, astropy.coordinates"],
    "kubernetes": ["import kubernetes.client, kubernetes.config, kubernetes.watch; kubernetes.client.CoreV1Api()"],
    "docutils": ["import docutils.core; docutils.core.publish_string('a')"],
    "pygments": ["import pygments.lexers as l; l.get_lexer_by_name('python')"],
    "jsonschema": ["import jsonschema; jsonschema.validate(1, {'type': 'integer'})"],
    "setuptools": ["import setuptools.command.build_py"],
    "sqlalchemy": ["import sqlalchemy as s; s.create_engine('sqlite://').connect()"],
    "nltk": ["import nltk.stem; nltk.stem.PorterStemmer().stem('running')"],
    "moto": ["import moto; moto.mock_aws().start(); import boto3; boto3.client('s3', region_name='us-east-1').list_buckets()"],
}
