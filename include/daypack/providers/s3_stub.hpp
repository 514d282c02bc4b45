#pragma once
#include <daypack/archive.hpp>
#include <daypack/context.hpp>
#include <daypack/credentials/aws.hpp>
#include <daypack/deployment.hpp>
namespace daypack::aws { struct S3 { std::string bucket, prefix; Access access; Deployment deliver(const Archive&, Context&) const { return {}; } }; }
